using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace RealtimeTours.Tests.Backplane;

/// <summary>SignalR's own manager passes the suite: it is what the one over Redis has to be like.</summary>
public sealed class DefaultHubLifetimeManagerTests : HubLifetimeManagerSpecs
{
    private protected override Task<Nodes> StartAsync() =>
        Task.FromResult(new Nodes(new DefaultHubLifetimeManager<Hub>(NullLogger<DefaultHubLifetimeManager<Hub>>.Instance)));
}
