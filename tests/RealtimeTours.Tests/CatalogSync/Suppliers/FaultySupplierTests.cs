using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>The simulated supplier behind a line that spoils its answers: typed failures, no seat count changed, nothing booked twice.</summary>
public sealed class FaultySupplierTests : IAsyncLifetime
{
    private static readonly SampleTour Tour = SampleTours.All.First(tour => tour.Supplier == SupplierStock.Counted);
    private readonly SimulatedSupplierServer _supplier = new(
        new SimulatedSupplierOptions { Latency = TimeSpan.Zero, DriftEvery = null }, TimeProvider.System,
        NullLogger<SimulatedSupplierServer>.Instance);

    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private FaultProxy _line = null!;
    private OctoClient _client = null!;

    public async Task InitializeAsync()
    {
        await _supplier.StartAsync(default);
        _line = new FaultProxy(await _supplier.AddressAsync(default));
        _client = Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _line.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(LineFault.Delay, SupplierFailureKind.TimedOut)]
    [InlineData(LineFault.ResetRequest, SupplierFailureKind.Unreachable)]
    [InlineData(LineFault.ResetAnswer, SupplierFailureKind.Unreachable)]
    [InlineData(LineFault.Truncate, SupplierFailureKind.Unreachable)]
    [InlineData(LineFault.Drip, SupplierFailureKind.TimedOut)]
    [InlineData(LineFault.Garbage, SupplierFailureKind.Unreachable)]
    [InlineData(LineFault.Html, SupplierFailureKind.Unreadable)]
    [InlineData(LineFault.Huge, SupplierFailureKind.Unreadable)]
    [InlineData(LineFault.HalfJson, SupplierFailureKind.Unreadable)]
    public async Task A_spoilt_answer_is_a_typed_failure_and_the_next_good_one_is_read(LineFault fault, object kind)
    {
        _line.Fault = fault;
        using var client = Client(IsSlow(fault));
        var answer = await client.CheckAvailabilityAsync(Query());
        answer.Value.ShouldBeNull();
        answer.Failure.ShouldNotBeNull().Kind.ShouldBe((SupplierFailureKind)kind);
        if (!IsSlow(fault)) (await client.GetProductsAsync()).Failure.ShouldNotBeNull();

        _line.Fault = LineFault.None;
        (await _client.CheckAvailabilityAsync(Query())).Value.ShouldNotBeNull().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(LineFault.ResetRequest)]
    [InlineData(LineFault.ResetAnswer)]
    [InlineData(LineFault.Truncate)]
    [InlineData(LineFault.Garbage)]
    [InlineData(LineFault.Html)]
    [InlineData(LineFault.Huge)]
    [InlineData(LineFault.HalfJson)]
    public async Task No_fault_changes_a_seat_count_or_the_catalogue_and_the_reason_is_noted(LineFault fault)
    {
        await using var host = await new SyncHost(SyncHost.Sqlite(_folder), [Settings()]).QuietAsync();
        var departure = Tour.DeparturesFrom(DateTimeOffset.UtcNow.AddDays(2)).First();
        await host.AddTourAsync("t1", (departure.Start, 999, 999));
        await host.Database.InTransactionAsync(t => t.ExecuteAsync(
            "UPDATE tours SET supplier_product_id = @id, time_zone = @zone", new { id = Tour.SupplierProductId, zone = Tour.TimeZone }));
        await using var lease = await host.Get<SupplierLease>().TryTakeAsync("default", default);

        _line.Fault = fault;
        (await host.Get<SyncTour>().RunAsync("t1", lease!, default)).Failure.ShouldNotBeNull();
        (await host.Get<ImportSupplier>().RunAsync(host.Get<ConfiguredSuppliers>().Find("default")!, default)).Error.ShouldNotBeNull();
        (await host.DepartureAsync("t1", departure.Start)).ShouldBe((999, 999, false, 1));
        var (syncedAt, error) = await host.TourAsync("t1");
        syncedAt.ShouldBeNull();
        error.ShouldNotBeNullOrEmpty();
        (await host.EventsAsync()).ShouldBeEmpty();

        _line.Fault = LineFault.None;
        (await host.Get<SyncTour>().RunAsync("t1", lease!, default)).Failure.ShouldBeNull();
        (await host.DepartureAsync("t1", departure.Start)).Seats.ShouldBe(departure.AvailableSpots);
    }

    [Theory]
    [InlineData(LineFault.ResetAnswer)]
    [InlineData(LineFault.Truncate)]
    [InlineData(LineFault.Garbage)]
    [InlineData(LineFault.Html)]
    [InlineData(LineFault.Delay)]
    public async Task A_reservation_whose_answer_is_lost_is_not_sent_again_and_can_be_found(LineFault fault)
    {
        var reservation = await ReservationAsync();
        var before = _supplier.Requests;
        _line.Fault = fault;
        using var client = Client(IsSlow(fault));
        var failure = (await client.ReserveAsync(reservation)).Failure.ShouldNotBeNull();
        failure.MayHaveHappened.ShouldBeTrue();
        await Eventually.ShouldBeTrueAsync(() => _supplier.Requests > before); // it may still be on its way
        _supplier.Requests.ShouldBe(before + 1);

        _line.Fault = LineFault.None;
        var found = (await _client.GetBookingAsync(reservation.Uuid)).Value.ShouldNotBeNull();
        (found.Status, found.Seats).ShouldBe((SupplierBookingStatus.OnHold, 2));
        (await _client.ConfirmAsync(reservation.Uuid, new TravellerContact("Ada"))).Value!.Status.ShouldBe(SupplierBookingStatus.Confirmed);
    }

    [Fact]
    public async Task A_reservation_that_certainly_did_not_arrive_is_sent_again()
    {
        var reservation = await ReservationAsync();
        var attempts = 0;
        using var client = new OctoClient(async token =>
        {
            // The first attempt finds nobody listening.
            if (Interlocked.Increment(ref attempts) == 1) return new Uri("http://127.0.0.1:1/");
            return await _supplier.AddressAsync(token);
        }, Settings(retries: 1), new CatalogSyncMetrics(TimeProvider.System), TimeProvider.System);
        (await client.ReserveAsync(reservation)).Value.ShouldNotBeNull().Status.ShouldBe(SupplierBookingStatus.OnHold);
        attempts.ShouldBe(2);
    }

    [Fact]
    public async Task A_reservation_that_is_refused_has_not_happened()
    {
        var reservation = await ReservationAsync();
        _supplier.Options.RequestsPerMinute = 0;
        var failure = (await _client.ReserveAsync(reservation)).Failure.ShouldNotBeNull();
        (failure.Kind, failure.Error, failure.MayHaveHappened).ShouldBe((SupplierFailureKind.RateLimited, OctoErrorCode.TooManyRequests, false));
    }

    private static AvailabilityQuery Query()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        return new AvailabilityQuery(Tour.SupplierProductId, SampleTour.SupplierOptionId, today.AddDays(2), today.AddDays(16),
            TimeZoneInfo.FindSystemTimeZoneById(Tour.TimeZone));
    }

    private async Task<SeatReservation> ReservationAsync()
    {
        var row = (await _client.CheckAvailabilityAsync(Query())).Value!.First(row => row.Vacancies > 2);
        return new SeatReservation(
            Guid.NewGuid(), Tour.SupplierProductId, SampleTour.SupplierOptionId, row.Id, [SimulatedPrices.Adult, SimulatedPrices.Child]);
    }

    private static bool IsSlow(LineFault fault) => fault is LineFault.Delay or LineFault.Drip;

    private OctoClient Client(bool shortTimeout = false) =>
        new(_ =>
            ValueTask.FromResult(_line.Address), Settings(shortTimeout: shortTimeout), new CatalogSyncMetrics(TimeProvider.System),
            TimeProvider.System);

    private SupplierSettings Settings(int retries = 0, bool shortTimeout = false) => new()
    {
        Url = _line.Address, ApiKey = SimulatedSupplierOptions.DefaultApiKey, Retries = retries, RetryDelay = TimeSpan.FromMilliseconds(10),
        CallTimeout = TimeSpan.FromSeconds(shortTimeout ? 3 : 30),
        LongestWait = TimeSpan.Zero,
    };
}
