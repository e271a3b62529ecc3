using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.RealtimeHub.Nodes;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Tests.Web.Operations;

/// <summary>What operators see of a distributed system: nodes, dead letters, metrics, traces and their page.</summary>
public sealed class OperationsTests(OperationsTests.Fixture fixture) : IClassFixture<OperationsTests.Fixture>
{
    private const string RealtimeHub = EventConsumers.RealtimeHub;

    private RunningSystem System => fixture.System;

    [Fact]
    public async Task Both_hub_nodes_say_how_they_are_to_operators_and_to_nobody_else()
    {
        using var olga = await OperatorAsync();
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[0]);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        await watcher.WatchTourAsync(tourId);
        await ada.BookAsync(tourId, departure.Date, 1);

        var ports = System.Hubs.Select(hub => new Uri(hub).Port).ToArray();
        IReadOnlyList<NodeStatus> nodes = [];
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            nodes = await NodesAsync(olga);
            return nodes.Count == 2 && nodes.All(node => node is { BackplaneLag: > 0, Viewers: > 0, Backplane: BackplaneStates.Connected })
                && nodes.Any(node => node.Node.EndsWith($":{ports[0]}") && node is { Connections: 1, Watches: 1, Deliveries: > 0, LatencyP99: > 0 })
                && nodes.Any(node => node.Node.EndsWith($":{ports[1]}") && node.Connections == 0); // once the browsers of other tests are gone
        });
        nodes.Select(node => node.Node.Split(':')[1]).ShouldBe(ports.Select(port => $"{port}"), ignoreOrder: true);

        foreach (var path in new[] { "nodes", $"dead-letters?consumer={RealtimeHub}" })
        {
            (await ada.Http.GetAsync($"/api/operations/{path}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await new HttpClient().GetAsync($"{System.Web}/api/operations/{path}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        (await ada.PostAsync("/api/operations/dead-letters/requeue", new { consumer = RealtimeHub })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ada.Http.DeleteAsync($"/api/operations/dead-letters/dl_1?consumer={RealtimeHub}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_operator_finds_a_dead_letter_by_its_reason_requeues_and_deletes_it()
    {
        using var olga = await OperatorAsync();
        await using var publisher = await ForeignPublisher.ConnectAsync(System.Servers!.RabbitMq, System.Servers.Exchange);
        var eventId = $"evt_{Guid.NewGuid():N}";
        await publisher.PublishEventAsync(EventTypes.AvailabilityUpdated, new { tourId = "t", availableSpots = "seven" }, eventId: eventId);
        await Eventually.ShouldBeTrueAsync(async () => await LetterAsync(olga, eventId) is not null);
        var letter = (await LetterAsync(olga, eventId))!;
        (letter.Reason, letter.EventType, letter.Attempts).ShouldBe((letter.Reason, EventTypes.AvailabilityUpdated, 1));
        letter.Reason.ShouldContain("availableSpots");
        letter.Body.ShouldContain("seven");

        var (status, body) = await olga.PostAsync("/api/operations/dead-letters/requeue", new { consumer = RealtimeHub, id = letter.Id });
        status.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("data").GetProperty("requeued").GetInt32().ShouldBe(1);
        // It is as wrong as before, so it comes back with a new time.
        await Eventually.ShouldBeTrueAsync(async () => await LetterAsync(olga, eventId) is { } again && again.Id != letter.Id);
        (await olga.PostAsync("/api/operations/dead-letters/requeue", new { consumer = RealtimeHub, id = letter.Id }))
            .Status.ShouldBe(HttpStatusCode.NotFound);

        var last = (await LetterAsync(olga, eventId))!;
        (await olga.Http.DeleteAsync($"/api/operations/dead-letters/{last.Id}?consumer={RealtimeHub}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LetterAsync(olga, eventId)).ShouldBeNull();
        (await olga.Http.DeleteAsync($"/api/operations/dead-letters/{last.Id}?consumer={RealtimeHub}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await olga.Http.GetAsync("/api/operations/dead-letters?consumer=nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await olga.Http.GetAsync("/api/operations/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await olga.Http.GetAsync($"/api/operations/dead-letters?consumer={RealtimeHub}&limit=0"))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_tour_that_somebody_watches_on_any_node_is_asked_about_again_and_again()
    {
        using var olga = await OperatorAsync();
        IReadOnlyList<SupplierTour> tours = [];
        await Eventually.ShouldBeTrueAsync(async () =>
            (tours = (await olga.DataAsync<SupplierTourPage>("/api/operations/suppliers/default/tours")).Tours).Count > 0
                && tours.All(tour => tour.Result == SyncResults.Ok));
        foreach (var (hub, tour) in System.Hubs.Zip(tours))
        {
            await using var watcher = await HubClient.ConnectAsync(hub);
            await watcher.WatchTourAsync(tour.TourId);
            var times = new HashSet<DateTimeOffset?>();
            await Eventually.ShouldBeTrueAsync(async () =>
            {
                var all = (await olga.DataAsync<SupplierTourPage>("/api/operations/suppliers/default/tours")).Tours;
                times.Add(all.Single(one => one.TourId == tour.TourId).LastTriedAt);
                return times.Count >= 4; // more than any run of the schedule brings
            }, TimeSpan.FromMinutes(3));
        }
    }

    [Fact]
    public async Task One_trace_leads_from_the_request_through_the_broker_to_the_browser()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        await using var phone = await HubClient.ConnectAsync(System.Hubs[0], ada.Token);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        const string traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        ada.Http.DefaultRequestHeaders.Add("traceparent", $"00-{traceId}-00f067aa0ba902b7-01");
        (await ada.BookAsync(tourId, departure.Date, 1)).Status.ShouldBe(HttpStatusCode.Created);
        await Eventually.ShouldBeTrueAsync(() => !phone.Bookings.IsEmpty);

        CollectedSpan? push = null;
        await Eventually.ShouldBeTrueAsync(() => (push = Spans().FirstOrDefault(span => span.Name == "push BookingUpdated")) is not null);
        var received = await ParentAsync(push!, "realtime-hub", "receive booking.");
        var published = await ParentAsync(received, "web", "publish booking.");
        var request = await ParentAsync(published, "web", "POST /api/bookings");
        request.ParentId.ShouldBe("00f067aa0ba902b7", "the caller's own span");

        IReadOnlyList<CollectedSpan> Spans() => [.. fixture.Collector.Spans.Where(span => span.TraceId == traceId)];

        // Each host sends its spans in its own time.
        async Task<CollectedSpan> ParentAsync(CollectedSpan child, string service, string name)
        {
            CollectedSpan? parent = null;
            await Eventually.ShouldBeTrueAsync(() => (parent = Spans().SingleOrDefault(span => span.SpanId == child.ParentId)) is not null);
            parent!.Service.ShouldBe(service);
            parent.Name.ShouldStartWith(name);
            return parent;
        }
    }

    [Fact]
    public async Task Every_metric_of_the_dashboard_is_one_that_the_hosts_give()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[0]);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        await watcher.WatchTourAsync(tourId);
        await ada.BookAsync(tourId, departure.Date, 1);
        using var client = new HttpClient();
        var hosts = System.Hosts.Select(host => host.Address).ToArray();
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            var given = (await Task.WhenAll(hosts.Select(host => client.GetStringAsync($"{host}/metrics")))).SelectMany(Dashboard.SamplesOf)
                .ToHashSet();
            return !Dashboard.Metrics.Except(given).Any();
        });
        Dashboard.Metrics.Count.ShouldBeGreaterThan(20);
        (await client.GetStringAsync($"{System.Web}/metrics")).ShouldContain($"messaging_dead_letters{{consumer=\"{RealtimeHub}\"}}");
    }

    [Fact]
    public async Task Every_metric_that_a_host_gave_is_there_as_it_was()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[0], ada.Token);
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        await watcher.WatchTourAsync(tourId);
        await ada.BookAsync(tourId, departure.Date, 1);
        await MetricsThatStay.BeRefusedAsync(System.Hubs[0]);
        await (await HubClient.ConnectAsync(System.Hubs[0])).DisposeAsync(); // one that ends
        var hub = new Uri(System.Hubs[0]).GetLeftPart(UriPartial.Authority);
        var sync = System.Hosts.Single(host => host.Address != System.Web && !System.Hubs.Contains(host.Hub)).Address;
        foreach (var (host, address) in new[] { ("web", System.Web), ("hub", hub), ("sync", sync) }) await MetricsThatStay.ShouldBeThereAsync(
            host, address);
    }

    [Fact]
    public async Task What_the_servers_and_the_supplier_are_asked_is_in_the_traces_and_the_metrics_come_to_the_collector_too()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        await ada.BookAsync(tourId, departure.Date, 1);
        await ada.Http.GetAsync("/health/ready");
        // A browser's token is in the query.
        using var browser = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(
            () => browser.ConnectAsync(new Uri($"{System.Hubs[0].Replace("http", "ws")}?access_token=a-secret-token"), default));
        await Eventually.ShouldBeTrueAsync(
            () => fixture.Collector.Bodies.Any(body => Encoding.UTF8.GetString(body).Contains("access_token=Redacted")));
        fixture.Collector.Bodies.ShouldNotContain(body => Encoding.UTF8.GetString(body).Contains("a-secret-token"));
        foreach (var (service, source) in new[]
        {
            ("web", "Microsoft.AspNetCore"), ("web", "Npgsql"), ("realtime-hub", "OpenTelemetry.Instrumentation.StackExchangeRedis"),
            ("catalog-sync", "System.Net.Http"),
        })
            await Eventually.ShouldBeTrueAsync(() => fixture.Collector.Spans.Any(span => span.Service == service && span.Source == source));
        foreach (var metric in new[]
        {
            ("web", "http.server.request.duration"), ("web", "db.client.operation.duration"), ("web", "dotnet.gc.collections"),
            ("realtime-hub", "hub.deliveries"),
            ("catalog-sync", "http.client.request.duration"), ("catalog-sync", "catalog_sync.runs"),
        })
            await Eventually.ShouldBeTrueAsync(() => fixture.Collector.Metrics.ContainsKey(metric));
        fixture.Collector.Spans.ShouldNotContain(
            span => span.Name.Contains("/health") || span.Name.Contains("/metrics"), "orchestrators ask all day");
    }

    [Fact]
    public async Task The_page_shows_it_and_its_buttons_work()
    {
        await using var publisher = await ForeignPublisher.ConnectAsync(System.Servers!.RabbitMq, System.Servers.Exchange);
        var eventIds = new[] { $"evt_{Guid.NewGuid():N}", $"evt_{Guid.NewGuid():N}" };
        foreach (var eventId in eventIds)
            await publisher.PublishEventAsync(
                EventTypes.AvailabilityUpdated, new { tourId = "lisbon-alfama", availableSpots = -3 }, eventId: eventId);
        // Somebody watches and books meanwhile, so that the figures are figures.
        await using var first = await HubClient.ConnectAsync(System.Hubs[0]);
        await using var second = await HubClient.ConnectAsync(System.Hubs[1]);
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(6);
        foreach (var watcher in new[] { first, second }) await watcher.WatchTourAsync(tourId);
        for (var i = 0; i < 2; i++) await ada.BookAsync(tourId, departure.Date, 1);
        var (_, booked, _) = await ada.BookAsync(tourId, departure.Date, 1);
        var bookingId = booked.GetProperty("data").GetProperty("booking").GetProperty("id").GetString()!;
        var pictures = Path.Combine(Repository.Root, "artifacts", "pictures");
        Directory.CreateDirectory(pictures);

        var output = await NodeScript.RunAsync("operations-journey.mjs", System.Web, pictures, eventIds[0], eventIds[1], bookingId);

        var seen = JsonDocument.Parse(output).RootElement;
        seen.GetProperty("nodes").GetInt32().ShouldBe(2);
        seen.GetProperty("ofBooking").GetInt32().ShouldBe(2, "created and confirmed");
        seen.GetProperty("replayed").GetInt32().ShouldBeGreaterThanOrEqualTo(3, "and the seats");
        using var olga = await OperatorAsync();
        (await LetterAsync(olga, eventIds[0])).ShouldBeNull("the page deleted it");
        (await LetterAsync(olga, eventIds[1])).ShouldNotBeNull("it was requeued and failed again");
    }

    private Task<RestClient> OperatorAsync() => new RestClient(System.Web).SignInAsync("olga", "operator");

    private static async Task<IReadOnlyList<NodeStatus>> NodesAsync(RestClient client) =>
        (await client.DataAsync<JsonElement>("/api/operations/nodes"))
        .GetProperty("nodes").Deserialize<IReadOnlyList<NodeStatus>>(WireJson.Options)!;

    private static async Task<DeadLetterView?> LetterAsync(RestClient client, string eventId) =>
        (await client.DataAsync<DeadLetterPage>($"/api/operations/dead-letters?consumer={RealtimeHub}&limit=200"))
            .Letters.SingleOrDefault(letter => letter.EventId == eventId);

    public sealed class Fixture : IAsyncLifetime
    {
        public TraceCollector Collector { get; private set; } = null!;

        public RunningSystem System { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Collector = await TraceCollector.StartAsync();
            System = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync() with
            {
                Extra = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Address, ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                    ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000", ["SUPPLIER_POLLING_MINIMUM"] = "1" },
            });
        }

        public async Task DisposeAsync()
        {
            await System.DisposeAsync();
            await Collector.DisposeAsync();
        }
    }
}
