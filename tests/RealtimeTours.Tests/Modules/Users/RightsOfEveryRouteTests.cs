using System.Text.Json;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users;

/// <summary>Who may call what. Bodies are empty, so who is let in gets a refusal for that: 422.</summary>
public sealed class RightsOfEveryRouteTests(SqliteUsersWeb web) : IClassFixture<SqliteUsersWeb>
{
    [Fact]
    public async Task The_table_below_has_every_route()
    {
        using var visitor = web.Visitor();
        var document = JsonDocument.Parse(await visitor.GetStringAsync("/openapi/v1.json")).RootElement;
        var routes = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Method: operation.Name, path.Name, operation.Value)))
            .Where(operation => operation.Value.GetProperty("tags")[0].GetString() == "Users")
            .Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Name}");
        var table = typeof(RightsOfEveryRouteTests).GetMethod(nameof(Each_caller_is_let_in_or_refused))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>()
            .Select(row => row.GetData(null!).Single()).Select(row => $"{row[0]} {row[1]}");
        table.ShouldBe(routes, ignoreOrder: true);
    }

    [Theory]
    //                                           anonymous, traveller, guide, operator
    [InlineData("POST", "/api/signup", 422, 422, 422, 422)]
    [InlineData("POST", "/api/login", 422, 422, 422, 422)]
    [InlineData("GET", "/api/me", 401, 200, 200, 200)]
    [InlineData("PUT", "/api/me", 401, 200, 200, 200)]
    [InlineData("PUT", "/api/me/password", 401, 422, 422, 422)]
    [InlineData("GET", "/api/users", 401, 403, 403, 200)]
    [InlineData("PUT", "/api/users/{id}/roles", 401, 403, 403, 422)]
    public async Task Each_caller_is_let_in_or_refused(string method, string path, params int[] expected)
    {
        var other = await web.JoinAsync();
        HttpClient[] callers =
        [
            web.Visitor(), (await web.JoinAsync()).Client, (await web.JoinAsync("guide")).Client, (await web.JoinAsync("operator")).Client,
        ];
        var statuses = new List<int>();
        foreach (var caller in callers)
            statuses.Add(
                (method == "GET" ? await caller.GetAnswerAsync(path)
                : await caller.SendAsync(new HttpMethod(method), path.Replace("{id}", other.Id), new { })).Status);
        statuses.ShouldBe(expected);
        (await other.Client.GetAnswerAsync("/api/me")).Data.GetProperty("user").GetProperty("roles").GetArrayLength().ShouldBe(0);
    }
}
