using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>An honest client that watches a tour while others misbehave. Something happens to its tour all the time.</summary>
internal sealed class Bystander : IAsyncDisposable
{
    // It is told within a flush interval where nothing is in the way. Who holds the hub up does so until he is cut, or for the 30 s of a client that
    // says nothing.
    private static readonly TimeSpan Bearable = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HubClient _client;
    private readonly HubNode _node;
    private Task _publishing = Task.CompletedTask;
    private long _worstTicks;
    private volatile int _published;
    private volatile int _shown;

    private Bystander(HubNode node, HubClient client) => (_node, _client) = (node, client);

    public static async Task<Bystander> StartAsync(HubNode node)
    {
        var bystander = new Bystander(node, await HubClient.ConnectAsync(node.Address));
        bystander._client.Connection.On<AvailabilityUpdate>(nameof(IAvailabilityClient.AvailabilityUpdated), bystander.Show);
        await bystander._client.WatchTourAsync("honest");
        bystander._publishing = Task.Run(bystander.PublishAsync);
        return bystander;
    }

    /// <summary>It is still connected, every update was soon there, and updates still come.</summary>
    public async Task ShouldHaveNoticedNothingAsync()
    {
        var now = _published;
        await Eventually.ShouldBeTrueAsync(() => _shown > now, Bearable);
        _client.Connection.State.ShouldBe(HubConnectionState.Connected);
        TimeSpan.FromTicks(Interlocked.Exchange(ref _worstTicks, 0)).ShouldBeLessThan(Bearable);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _publishing;
        await _client.DisposeAsync();
    }

    private async Task PublishAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var number = 1; !_stopping.IsCancellationRequested; number++)
        {
            await _node.UpdateAsync("honest", number, number);
            _published = number;
            await pace.WaitForNextTickAsync();
        }
    }

    private void Show(AvailabilityUpdate update)
    {
        _shown = update.AvailableSpots;
        var took = (DateTimeOffset.UtcNow - update.Timestamp).Ticks;
        if (took > Interlocked.Read(ref _worstTicks)) Interlocked.Exchange(ref _worstTicks, took);
    }
}
