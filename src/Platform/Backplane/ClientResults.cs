using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace RealtimeTours.Platform.Backplane;

/// <summary>
/// Client results under way: those this node waits for, and those a connection of this node owes to another one. The latter are kept as the
/// bytes the client sent (<see cref="RawResult"/>), since only the asking node knows their type.
/// </summary>
internal sealed class ClientResults : IInvocationBinder
{
    private readonly ConcurrentDictionary<string, Expected> _expected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Owed> _owed = new(StringComparer.Ordinal);

    /// <param name="cancellationToken">Ends the wait with a <see cref="HubException"/>, as SignalR's own manager does.</param>
    public Task<T> Expect<T>(string invocationId, string connectionId, CancellationToken cancellationToken)
    {
        var expected = new Expected<T>(connectionId);
        _expected[invocationId] = expected;
        expected.Cancellation = cancellationToken.UnsafeRegister(
            static state => ((Expected)state!).Fail(new HubException("Invocation canceled by the server.")), expected);
        return expected.Task;
    }

    /// <summary>Ends the wait; later results are ignored.</summary>
    public void Fail(string invocationId, Exception exception)
    {
        if (_expected.TryRemove(invocationId, out var expected)) expected.Fail(exception);
    }

    public void Forget(string invocationId)
    {
        if (_expected.TryRemove(invocationId, out var expected)) expected.Cancellation.Dispose();
    }

    /// <returns>False when nobody here waits for it (any more).</returns>
    /// <exception cref="InvalidOperationException">A connection answers what another one was asked.</exception>
    public bool TryComplete(string connectionId, CompletionMessage result)
    {
        if (!_expected.TryGetValue(result.InvocationId!, out var expected)) return false;
        RequireSame(expected.ConnectionId, connectionId);
        if (_expected.TryRemove(result.InvocationId!, out _)) expected.Complete(result);
        return true;
    }

    public void Owe(string invocationId, Owed owed) => _owed[invocationId] = owed;

    /// <summary>Takes the debt, so that it is paid once. Any connection's for null.</summary>
    /// <exception cref="InvalidOperationException">A connection answers what another one was asked.</exception>
    public bool TryTakeOwed(string invocationId, string? connectionId, [NotNullWhen(true)] out Owed? owed)
    {
        if (!_owed.TryGetValue(invocationId, out owed)) return false;
        if (connectionId is not null) RequireSame(owed.ConnectionId, connectionId);
        return _owed.TryRemove(invocationId, out owed);
    }

    public bool TryGetType(string invocationId, [NotNullWhen(true)] out Type? type)
    {
        type = _expected.TryGetValue(invocationId, out var expected) ? expected.Type : _owed.ContainsKey(invocationId) ? typeof(RawResult) : null;
        return type is not null;
    }

    // For reading a completion that another node forwarded; a result nobody waits for any more is read as anything and then ignored.
    Type IInvocationBinder.GetReturnType(string invocationId) => TryGetType(invocationId, out var type) ? type : typeof(object);

    IReadOnlyList<Type> IInvocationBinder.GetParameterTypes(string methodName) => throw new NotSupportedException("Only completions are read here.");

    Type IInvocationBinder.GetStreamItemType(string streamId) => throw new NotSupportedException("Only completions are read here.");

    private static void RequireSame(string asked, string answering)
    {
        if (asked != answering) throw new InvalidOperationException($"Connection '{answering}' answers an invocation of another connection.");
    }

    /// <summary>A result a connection of this node owes to <paramref name="Asker"/>; <paramref name="Gone"/> watches whether the connection ends before.</summary>
    public sealed record Owed(string ConnectionId, Guid Asker, IHubProtocol Protocol)
    {
        public CancellationTokenRegistration Gone { get; set; }
    }

    private abstract class Expected(string connectionId)
    {
        public string ConnectionId => connectionId;

        public CancellationTokenRegistration Cancellation { get; set; }

        public abstract Type Type { get; }

        public abstract void Complete(CompletionMessage result);

        public abstract void Fail(Exception exception);
    }

    private sealed class Expected<T>(string connectionId) : Expected(connectionId)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _result.Task;

        public override Type Type => typeof(T);

        public override void Complete(CompletionMessage result)
        {
            Cancellation.Dispose();
            if (result.Error is not null) _result.TrySetException(new HubException(result.Error));
            else if (result.Result is T value) _result.TrySetResult(value);
            else if (result.Result is null && default(T) is null) _result.TrySetResult(default!);
            else _result.TrySetException(new HubException($"The client's result is not a {typeof(T).Name}."));
        }

        public override void Fail(Exception exception)
        {
            Cancellation.Dispose();
            _result.TrySetException(exception);
        }
    }
}
