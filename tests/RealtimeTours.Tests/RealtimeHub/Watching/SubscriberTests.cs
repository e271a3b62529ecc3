using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

public class SubscriberTests
{
    /// <summary>
    /// Between its end and SignalR's word of it a connection takes nothing more; whoever brings it news must not wait for that word.
    /// </summary>
    [Fact]
    public async Task News_for_a_connection_that_is_ending_are_tried_once_and_hold_nobody_up()
    {
        await using var node = await HubNode.StartAsync();
        var connection = new CountingConnection { Protocol = node.Get<IEnumerable<IHubProtocol>>().Last() };
        var subscriber = new Subscriber(connection, node.Get<WatchingParts>());
        connection.Abort();

        await Task.Factory.StartNew(
            () => subscriber.Post("news"u8.ToArray()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(TimeSpan.FromSeconds(60));

        for (var i = 0; i < 100; i++) await PoolsTurnAsync(); // what it might have left to the thread pool stands before these
        connection.Writes.ShouldBe(1);
    }

    private static Task PoolsTurnAsync()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(_ => turn.SetResult(), null);
        return turn.Task;
    }

    private sealed class CountingConnection() : HubConnectionContext(
        new DefaultConnectionContext(Guid.NewGuid().ToString("N"), new TestDuplex(), new TestDuplex()),
        new HubConnectionContextOptions { KeepAliveInterval = TimeSpan.FromMinutes(5) }, NullLoggerFactory.Instance)
    {
        private int _writes;

        public int Writes => Volatile.Read(ref _writes);

        public override ValueTask WriteAsync(HubMessage message, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _writes);
            return base.WriteAsync(message, cancellationToken);
        }
    }

    private sealed class TestDuplex : IDuplexPipe
    {
        private readonly Pipe _pipe = new();

        public PipeReader Input => _pipe.Reader;

        public PipeWriter Output => _pipe.Writer;
    }
}
