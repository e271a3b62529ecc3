using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.CatalogSync.Sync;

// What operators see and steer.
public abstract partial class SyncSpecs
{
    private SupplierAdmin Admin => _host.Get<SupplierAdmin>();

    [Fact]
    public async Task A_paused_supplier_is_not_called_and_the_runs_it_missed_are_made_up_for_by_one()
    {
        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await _host.SyncingAsync();
        await Admin.PauseAsync("default", "olga", default);
        await Admin.PauseAsync("default", "otto", default);
        await Eventually.ShouldBeTrueAsync(async () => (await StatusAsync()).State == SupplierStates.Paused);
        for (var minutes = 15; minutes >= 0; minutes -= 5) await _host.Get<SyncRuns>()
            .BeginAsync(DateTimeOffset.UtcNow.AddMinutes(-minutes), default);
        await _host.Get<SyncRequests>().HandleAsync(Requested("t1"), default);
        var (paused, calls) = (await StatusAsync(), _supplier.Calls);
        (paused.PausedBy, paused.NextRunAt, paused.CurrentRun?.Done, calls).ShouldBe(("olga", null, 0, 0));

        await Admin.ResumeAsync("default", default);
        await Eventually.ShouldBeTrueAsync(async () => (await StatusAsync()).LastRun is not null);
        var resumed = await StatusAsync();
        (resumed.State, resumed.PausedAt, resumed.CurrentRun, resumed.LastRun!.Tours).ShouldBe((SupplierStates.Waiting, null, null, 1));
        resumed.NextRunAt.ShouldNotBeNull();
        _supplier.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Operators_see_each_tours_age_result_and_reason_a_page_at_a_time()
    {
        for (var i = 2; i <= 5; i++) await _host.AddTourAsync($"t{i}", (First, 20, 10));
        await _host.SyncingAsync();
        _supplier.Answer = async context =>
        {
            var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            if (asked.GetProperty("productId").GetString() is "p-t2" or "p-t4") context.Response.StatusCode = 404;
            else await context.Response.WriteAsync(Rows((First, 7)));
        };
        (await Admin.ToursAsync("default", null, null, 10, default))
            .ShouldAllBe(tour => tour.Result == SyncResults.Never && tour.AgeSeconds == null);
        await _host.RunAsync(DateTimeOffset.UtcNow);

        var status = await StatusAsync();
        (status.Tours, status.Failing, status.NeverSynced, status.LastRun!.Tours, status.LastRun.Failed).ShouldBe((5, 2, 2, 5, 2));
        status.OldestSyncedAt.ShouldNotBeNull();
        var first = await Admin.ToursAsync("default", null, null, 3, default);
        first.Select(tour => (tour.TourId, tour.Result)).ShouldBe([("t1", "ok"), ("t2", "failed"), ("t3", "ok")]);
        (first[0].ProductId, first[0].Reason).ShouldBe(("p-t1", null));
        first[0].AgeSeconds!.Value.ShouldBeInRange(0, 60);
        first[1].Reason!.ShouldContain("404");
        (first[1].LastSyncedAt, first[1].LastTriedAt is null).ShouldBe((null, false));
        (await Admin.ToursAsync("default", null, first[^1].TourId, 3, default)).Select(tour => tour.TourId).ShouldBe(["t4", "t5"]);
        (await Admin.ToursAsync("default", SyncResults.Failed, null, 10, default)).Select(tour => tour.TourId).ShouldBe(["t2", "t4"]);
        (await Admin.SuppliersAsync(after: "default", 10, default)).ShouldBeEmpty();
        (await Admin.SupplierAsync("nobody", default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_run_an_operator_asks_for_begins_at_once_and_a_supplier_that_nobody_syncs_is_said_to_be_unattended()
    {
        _supplier.Answers(200, Rows((First, 10), (Second, 10)));
        await _host.SyncingAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await StatusAsync()).State == SupplierStates.Waiting);
        await Admin.RunNowAsync("default", "olga", default);
        await Eventually.ShouldBeTrueAsync(async () => (await StatusAsync()).LastRun is { Tours: 1, Failed: 0 });
        _supplier.Calls.ShouldBe(1);
        await _host.StopSyncingAsync();
        (await StatusAsync()).State.ShouldBe(SupplierStates.Unattended);
    }

    [Fact]
    public async Task A_hint_of_the_supplier_is_followed_by_one_call_however_many_come_and_one_during_the_call_by_another()
    {
        await _host.SyncingAsync();
        var release = new TaskCompletionSource();
        _supplier.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(Rows((First, 4), (Second, 10)));
        };
        var tours = _host.Get<LinkedTours>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tours.HintAsync("default", "p-t1", null, default)));
        await tours.HintAsync("default", "p-t1", "ANOTHER", default);
        await tours.HintAsync("default", "p-unknown", null, default);
        await tours.HintAsync("another", "p-t1", null, default);
        await Eventually.ShouldBeTrueAsync(() => _supplier.Calls == 1);
        await tours.HintAsync("default", "p-t1", "DEFAULT", default);
        release.SetResult();
        await Eventually.ShouldBeTrueAsync(() => _supplier.Calls == 2); // five seconds later
        (await _host.DepartureAsync("t1", First)).Seats.ShouldBe(4);
        (await tours.MarkedAsync("default", default)).ShouldBeEmpty();
    }

    private async Task<SupplierStatus> StatusAsync() => (await Admin.SupplierAsync("default", default)).ShouldNotBeNull();
}
