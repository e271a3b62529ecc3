namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>A node on a real Kestrel, an honest client, and those who misbehave. Alone: it measures this process's memory.</summary>
[Collection(nameof(Alone))]
public sealed class HubAbuseTests(HubAbuseTests.Fixture fixture) : IClassFixture<HubAbuseTests.Fixture>
{
    public static TheoryData<string> Abuses => [.. HubAbuse.All.Keys];

    [Theory]
    [MemberData(nameof(Abuses))]
    public async Task The_offender_is_cut_or_refused_and_others_notice_nothing(string abuse)
    {
        await HubAbuse.All[abuse](fixture.Node);
        await fixture.Bystander.ShouldHaveNoticedNothingAsync();
        await Eventually.ShouldBeTrueAsync(() => HubAbuse.Open(fixture.Node) == 1 && fixture.Node.Connections == 1);
    }

    [Fact]
    public async Task Memory_stays_flat_under_all_of_it_and_refusals_are_counted_by_reason()
    {
        await RoundAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < 2; round++) await RoundAsync();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(8_000_000);
        await fixture.Bystander.ShouldHaveNoticedNothingAsync();

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"{fixture.Node.Address}/metrics");
        foreach (var reason in (string[])["origin", "token", "address", "negotiate", "handshake", "message_rate", "message_size", "watches",
            "malformed", "tour_id_rate"])
            metrics.ShouldContain($"hub_refused_total{{reason=\"{reason}\"}}");
    }

    private async Task RoundAsync()
    {
        var (crowds, others) = (HubAbuse.All[HubAbuse.Crowd], HubAbuse.All.Where(abuse => abuse.Key != HubAbuse.Crowd).Select(abuse => abuse.Value));
        await Task.WhenAll(others.Select(abuse => abuse(fixture.Node)));
        await crowds(fixture.Node); // alone, or it would use up the others' connections
        await Eventually.ShouldBeTrueAsync(() => HubAbuse.Open(fixture.Node) == 1 && fixture.Node.Connections == 1);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal HubNode Node { get; private set; } = null!;

        internal Bystander Bystander { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Node = await HubNode.StartAsync(configuration:
                // A second would do for a machine that never stalls: the others shake hands at once.
                [("RealtimeHub:MaxConnectionsPerAddress", $"{HubAbuse.MostConnections}"), ("RealtimeHub:HandshakeTimeout", "00:00:04")]);
            Bystander = await Bystander.StartAsync(Node);
        }

        public async Task DisposeAsync()
        {
            await Bystander.DisposeAsync();
            await Node.DisposeAsync();
        }
    }
}

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
