using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary>
/// Makes the operator of OPERATOR_EMAIL at start, if no account is an operator's. Where the address has an account already, that one gets this
/// password and the role: whoever signed up with the operator's address before gains nothing.
/// </summary>
internal sealed class FirstOperator(
    UserSettings settings, TokenIssuer issuer, Database database, StorageReadiness readiness, PasswordHashing passwords, EventFactory events,
    TokenGenerations generations, ILogger<FirstOperator> logger) : BackgroundService
{
    private const string LockName = "first-operator";
    private const string DefaultName = "Operator";
    private static readonly Backoff Backoff = new(First: TimeSpan.FromMilliseconds(200), Longest: TimeSpan.FromSeconds(5));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.FirstOperator is not { } login || !issuer.KeepsAccounts) return;
        try
        {
            await readiness.WhenReady(stoppingToken);
            for (var failures = 0; !await TryMakeAsync(login, stoppingToken); failures++) await Task.Delay(Backoff.After(failures), stoppingToken);
        }
        catch (OperationCanceledException) // stopping
        {
        }
    }

    private async Task<bool> TryMakeAsync(OperatorLogin login, CancellationToken stoppingToken)
    {
        try
        {
            var user = new UserRow
            {
                Id = Ids.New("usr_"), Email = login.Email, Name = DefaultName, Roles = Roles.Operator,
                PasswordHash = await passwords.HashAsync(login.Password, stoppingToken),
            };
            // One process at a time: the next one finds the operator that this one makes.
            var turn = await database.TryInTransactionAsync(LockName, transaction => MakeAsync(transaction, user), stoppingToken);
            if (turn is not Turn<string?>.Taken(var id)) return false;
            if (id is null) return true;
            await generations.RefreshAsync(stoppingToken);
            logger.FirstOperatorMade(id);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.FirstOperatorFailed(e.Message);
            return false;
        }
    }

    private async Task<string?> MakeAsync(WriteTransaction transaction, UserRow user)
    {
        if (await UserTable.LockOperatorsAsync(transaction) is not []) return null;
        if (await UserTable.TryAddAccountAsync(transaction, user, events.Now))
        {
            transaction.Announce(events.Create(EventTypes.UserRegistered, user.ToEvent()));
            return user.Id;
        }
        var id = await UserTable.TakeOverAsync(transaction, user);
        await TokenGenerations.AdvanceAsync(transaction, id);
        return id;
    }
}
