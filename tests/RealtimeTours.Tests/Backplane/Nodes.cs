using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.Tests.Backplane;

/// <summary>The nodes of a test, and who is connected where.</summary>
internal sealed class Nodes(params HubLifetimeManager<Hub>[] managers)
{
    public const string Mark = "settled";

    private readonly List<(HubLifetimeManager<Hub> Node, TestConnection Connection)> _connected = [];

    /// <summary>Node 0, 1 or 2; in the suite of the in-process manager all are the same one.</summary>
    public HubLifetimeManager<Hub> this[int node] => managers[node % managers.Length];

    public async Task<TestConnection> ConnectAsync(int node, string? user = null, string? group = null, bool reads = true)
    {
        var connection = new TestConnection(user, reads);
        await this[node].OnConnectedAsync(connection.Context);
        if (group is not null) await this[node].AddToGroupAsync(connection.Id, group);
        _connected.Add((this[node], connection));
        return connection;
    }

    public async Task DisconnectAsync(TestConnection connection)
    {
        var (node, _) = _connected.Single(c => c.Connection == connection);
        connection.Context.Abort();
        await node.OnDisconnectedAsync(connection.Context);
        _connected.RemoveAll(c => c.Connection == connection);
    }

    /// <summary>
    /// Sends a mark from every node and waits until every connection (but the ones given) has them all. Redis delivers in order, so what was sent
    /// before has arrived by then, wanted or not: a message too many is seen without waiting for time to pass.
    /// </summary>
    public async Task SettleAsync(params TestConnection[] except)
    {
        var mark = Guid.NewGuid().ToString("N");
        for (var i = 0; i < managers.Length; i++) await managers[i].SendAllAsync(Mark, [$"{mark}{i}"]);
        foreach (var (_, connection) in _connected.Where(c => !except.Contains(c.Connection)))
        {
            for (var i = 0; i < managers.Length; i++)
            {
                var wanted = $"{mark}{i}";
                await Eventually.ShouldBeTrueAsync(() => connection.HasMark(wanted));
            }
        }
    }
}
