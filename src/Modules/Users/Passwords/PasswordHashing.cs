using Microsoft.AspNetCore.Identity;
using RealtimeTours.Modules.Users.Accounts;

namespace RealtimeTours.Modules.Users.Passwords;

/// <summary>
/// Slow on purpose: a hash takes about a tenth of a second of a core, so at most as many run at once as there are cores, outside any transaction.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    /// <summary>PBKDF2 with HMAC-SHA512, as OWASP's Password Storage Cheat Sheet has it.</summary>
    public const int Iterations = 210_000;

    private static readonly UserRow AnyUser = new(); // the framework's hasher asks for one and does not look at it

    private readonly IPasswordHasher<UserRow> _hasher;
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly string _nobodys;

    public PasswordHashing(IPasswordHasher<UserRow> hasher)
    {
        _hasher = hasher;
        _nobodys = hasher.HashPassword(AnyUser, Guid.NewGuid().ToString());
    }

    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken);
        return await Task.Run(() => _hasher.HashPassword(AnyUser, password), cancellationToken);
    }

    /// <summary>Waits for a core. Dispose the answer to leave it to the next.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _cores.WaitAsync(cancellationToken);
        return new Core(_cores);
    }

    /// <summary>Compares on the core that was entered.</summary>
    /// <param name="hash">Null where there is no account: a hash of nobody's is compared, so that the answer takes as long.</param>
    public Task<PasswordVerificationResult> VerifyAsync(string? hash, string password) => Task.Run(() =>
    {
        var result = _hasher.VerifyHashedPassword(AnyUser, hash ?? _nobodys, password);
        return hash is null ? PasswordVerificationResult.Failed : result;
    });

    public void Dispose() => _cores.Dispose();

    private sealed class Core(SemaphoreSlim cores) : IDisposable
    {
        public void Dispose() => cores.Release();
    }
}
