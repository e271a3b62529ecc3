using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>Whatever a supplier sends comes back as a typed failure, never as a figure and never as an exception.</summary>
public sealed class HostileSupplierTests : IAsyncLifetime
{
    private static readonly AvailabilityQuery Query = new("product", "DEFAULT", new(2026, 5, 1), new(2026, 5, 31), TimeZoneInfo.Utc);
    private HostileSupplier _supplier = null!;

    public async Task InitializeAsync() => _supplier = await HostileSupplier.StartAsync();

    public async Task DisposeAsync() => await _supplier.DisposeAsync();

    [Fact]
    public async Task Every_request_carries_key_capabilities_and_content_type()
    {
        Dictionary<string, string> headers = [];
        string? path = null;
        _supplier.Answer = context =>
        {
            path = context.Request.Path;
            headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
            return context.Response.WriteAsync("""{"id":"s","name":"Supplier"}""");
        };
        using var client = _supplier.Client();
        (await client.GetSupplierAsync()).Value!.Name.ShouldBe("Supplier");
        path.ShouldBe("/octo/supplier");
        headers["Authorization"].ShouldBe($"Bearer {HostileSupplier.ApiKey}");
        headers.ShouldContainKey("Octo-Capabilities");
        headers["Content-Type"].ShouldBe("application/json");
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>Login</html>", "not JSON")]
    [InlineData("[{\"id\":\"a\",\"localDateTimeStart\":\"2026-05", "not JSON")]
    [InlineData("", "not JSON")]
    [InlineData("{}", "array")]
    [InlineData("null", "array")]
    [InlineData("[1]", "missing")]
    public async Task What_is_not_an_octo_answer_is_unreadable(string body, string reason)
    {
        _supplier.Answers(200, body, "text/html");
        await ShouldFailAsync(SupplierFailureKind.Unreadable, reason);
    }

    [Theory]
    [InlineData("\"vacancies\":2.5", "vacancies")]
    [InlineData("\"vacancies\":\"7\"", "vacancies")]
    [InlineData("\"vacancies\":null", "vacancies")]
    [InlineData("\"capacity\":20", "vacancies is missing")]
    [InlineData("\"vacancies\":5,\"optionId\":\"OTHER\"", "optionId")]
    [InlineData("\"vacancies\":5,\"productId\":\"OTHER\"", "productId")]
    public async Task A_figure_that_would_do_damage_is_not_read(string fields, string reason)
    {
        _supplier.Answers(200, Rows(fields));
        await ShouldFailAsync(SupplierFailureKind.Unreadable, reason);
    }

    [Theory]
    [InlineData("PENDING", "2026-05-10T09:00:00+02:00", "status")]
    [InlineData("AVAILABLE", "2027-05-10T09:00:00+02:00", "outside")]
    [InlineData("AVAILABLE", "2026-04-30T09:00:00+00:00", "outside")]
    [InlineData("AVAILABLE", "tomorrow", "localDateTimeStart")]
    [InlineData("AVAILABLE", "2026-05-10", "localDateTimeStart")]
    public async Task A_row_that_makes_no_sense_is_not_read(string status, string start, string reason)
    {
        _supplier.Answers(200, Rows("\"vacancies\":5", status, start));
        await ShouldFailAsync(SupplierFailureKind.Unreadable, reason);
    }

    [Fact]
    public async Task Sloppiness_that_does_no_harm_is_taken()
    {
        _supplier.Answers(200, "\uFEFF" + """
            [{"id":"a","localDateTimeStart":"2026-05-10T09:00:00","status":"FREESALE","vacancies":-7,"extra":{"deep":[1]}},
             {"id":"b","localDateTimeStart":"2026-05-11T09:00:00+02:00","status":"SOLD_OUT"},
             {"id":"c","localDateTimeStart":"2026-05-12T07:00:00Z","status":"LIMITED","vacancies":3,"capacity":null},
             {"id":"d","localDateTimeStart":"2026-05-13T09:00:00+00:00","status":"CLOSED","vacancies":3}]
            """, "text/plain");
        using var client = _supplier.Client();
        var rows = (await client.CheckAvailabilityAsync(Query)).Value.ShouldNotBeNull();
        rows.Select(x => (x.Start.UtcDateTime.Hour, x.Vacancies, x.Closed)).ShouldBe([(9, null, false), (7, 0, false), (7, 3, false), (9, 0, true)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_megabytes_are_not_read(bool announced)
    {
        _supplier.Answer = async context =>
        {
            if (announced) context.Response.ContentLength = 10_000_000;
            var chunk = new byte[100_000];
            Array.Fill(chunk, (byte)' ');
            for (var i = 0; i < 100; i++) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };
        await ShouldFailAsync(SupplierFailureKind.Unreadable, "larger");
    }

    [Fact]
    public async Task A_slow_drip_ends_with_the_time_limit()
    {
        _supplier.Answer = async context =>
        {
            while (true)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        };
        await ShouldFailAsync(SupplierFailureKind.TimedOut, "0.3 s", timeout: TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task An_answer_cut_off_in_the_middle_is_no_answer()
    {
        _supplier.Answer = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("[");
            context.Abort();
        };
        await ShouldFailAsync(SupplierFailureKind.Unreachable, "connection");
    }

    [Theory]
    [InlineData(400, "{\"error\":\"INVALID_PRODUCT_ID\",\"errorMessage\":\"no\",\"productId\":\"x\"}", SupplierFailureKind.Rejected)]
    [InlineData(400, "{\"error\":\"UNAUTHORIZED\",\"errorMessage\":\"no\"}", SupplierFailureKind.Refused)]
    [InlineData(400, "{\"error\":\"INTERNAL_SERVER_ERROR\",\"errorMessage\":\"no\"}", SupplierFailureKind.ServerError)]
    [InlineData(400, "{\"error\":\"\\ud800\",\"errorMessage\":\"half a pair of surrogates\"}", SupplierFailureKind.Rejected)]
    [InlineData(401, "", SupplierFailureKind.Refused)]
    [InlineData(403, "<html>", SupplierFailureKind.Refused)]
    [InlineData(404, "not found", SupplierFailureKind.Rejected)]
    [InlineData(302, "", SupplierFailureKind.Rejected)]
    [InlineData(204, "", SupplierFailureKind.Unreadable)]
    [InlineData(500, "boom", SupplierFailureKind.ServerError)]
    [InlineData(503, "boom", SupplierFailureKind.ServerError)]
    public async Task Errors_come_typed(int status, string body, object kind)
    {
        _supplier.Answer = context =>
        {
            context.Response.StatusCode = status;
            if (status == 302) context.Response.Headers.Location = "/elsewhere";
            return body.Length > 0 ? context.Response.WriteAsync(body) : Task.CompletedTask;
        };
        await ShouldFailAsync((SupplierFailureKind)kind, $"HTTP {status}");
        _supplier.Calls.ShouldBe(1); // a redirect is not followed: it would take the key along
    }

    [Fact]
    public async Task A_supplier_that_repeats_the_key_does_not_get_it_into_a_reason()
    {
        _supplier.Answers(400, $$"""{"error":"FORBIDDEN","errorMessage":"The key {{HostileSupplier.ApiKey}}\u000ais\u001b wrong"}""");
        using var client = _supplier.Client();
        var reason = (await client.GetSupplierAsync()).Failure!.Reason;
        reason.ShouldNotContain(HostileSupplier.ApiKey);
        reason.ShouldContain("***");
        reason.ShouldAllBe(c => !char.IsControl(c));
    }

    [Theory]
    [InlineData(429, "slow down", "Retry-After", "77")]
    [InlineData(503, "{}", "Retry-After", null)] // a date
    [InlineData(400, "{\"error\":\"TOO_MANY_REQUESTS\",\"errorMessage\":\"x\",\"retryAfter\":77}", null, null)]
    public async Task A_rate_limit_in_any_disguise_silences_the_client_until_it_ends(int status, string body, string? header, string? value)
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        _supplier.Answers(status, body, headers: header is null ? [] : [(header, value ?? time.GetUtcNow().AddSeconds(77).ToString("R"))]);
        using var client = _supplier.Client(retries: 3, time: time);

        var failure = (await client.GetSupplierAsync()).Failure.ShouldNotBeNull();
        failure.Kind.ShouldBe(SupplierFailureKind.RateLimited);
        failure.RetryAfter!.Value.TotalSeconds.ShouldBeInRange(75, 78);
        (await client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.RateLimited);
        _supplier.Calls.ShouldBe(1);

        time.Advance(TimeSpan.FromSeconds(78));
        _supplier.Answers(200, """{"id":"s","name":"Supplier"}""");
        (await client.GetSupplierAsync()).Failure.ShouldBeNull();
        _supplier.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_short_pause_is_waited_for()
    {
        _supplier.Answer = context =>
        {
            if (_supplier.Calls > 1) return context.Response.WriteAsync("""{"id":"s","name":"Supplier"}""");
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        };
        using var client = _supplier.Client(retries: 1);
        (await client.GetSupplierAsync()).Failure.ShouldBeNull();
        _supplier.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_and_what_may_not_is_not()
    {
        _supplier.Answer = context =>
        {
            if (_supplier.Calls == 3) return context.Response.WriteAsync("""{"id":"s","name":"Supplier"}""");
            context.Response.StatusCode = 502;
            return Task.CompletedTask;
        };
        using var client = _supplier.Client(retries: 2);
        (await client.GetSupplierAsync()).Failure.ShouldBeNull();
        _supplier.Calls.ShouldBe(3);

        _supplier.Answers(400, """{"error":"BAD_REQUEST","errorMessage":"no"}""");
        (await client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.Rejected);
        _supplier.Calls.ShouldBe(4);
    }

    [Fact]
    public async Task A_supplier_that_keeps_failing_is_left_alone_and_asked_again_later()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        _supplier.Answers(500, "boom");
        using var client = _supplier.Client(time: time);
        for (var i = 0; i < 30; i++) await client.GetSupplierAsync();
        _supplier.Calls.ShouldBe(10);
        (await client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.CircuitOpen);

        _supplier.Answers(200, """{"id":"s","name":"Supplier"}""");
        (await client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.CircuitOpen);
        time.Advance(_supplier.Settings().BreakDuration);
        (await client.GetSupplierAsync()).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task No_server_at_all_is_a_failure_too()
    {
        using var client = _supplier.Client();
        await _supplier.DisposeAsync();
        (await client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.Unreachable);
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_allowed()
    {
        int now = 0, most = 0;
        _supplier.Answer = async context =>
        {
            var count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            await Task.Delay(20);
            Interlocked.Decrement(ref now);
            await context.Response.WriteAsync("""{"id":"s","name":"Supplier"}""");
        };
        using var client = _supplier.Client();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.GetSupplierAsync()));
        most.ShouldBeInRange(2, _supplier.Settings().Concurrency);
    }

    [Fact]
    public async Task Calls_beyond_the_budget_of_a_minute_wait_for_their_turn()
    {
        _supplier.Answers(200, """{"id":"s","name":"Supplier"}""");
        // Thirty at once, then one every 220 ms.
        using var client = _supplier.Client(callsPerMinute: 300);
        var calls = Enumerable.Range(0, 34).Select(_ => client.GetSupplierAsync()).ToArray();
        await Task.WhenAll(calls[..28]);
        (await Task.WhenAll(calls)).ShouldAllBe(answer => answer.Failure == null);
        _supplier.Calls.ShouldBe(34);
    }

    private async Task ShouldFailAsync(SupplierFailureKind kind, string reason, TimeSpan? timeout = null)
    {
        using var client = _supplier.Client(timeout: timeout);
        var answer = await client.CheckAvailabilityAsync(Query);
        answer.Value.ShouldBeNull();
        answer.Failure.ShouldNotBeNull().Kind.ShouldBe(kind);
        answer.Failure.Reason.ShouldContain(reason);
    }

    private static string Rows(string fields, string status = "AVAILABLE", string start = "2026-05-10T09:00:00+02:00") =>
        $$"""[{"id":"a","localDateTimeStart":"{{start}}","status":"{{status}}",{{fields}}}]""";

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
    }
}
