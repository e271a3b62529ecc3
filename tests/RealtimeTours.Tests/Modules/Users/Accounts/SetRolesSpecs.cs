using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Users.Accounts;

public abstract class SetRolesSpecs(UsersWeb web)
{
    [Fact]
    public async Task New_roles_are_in_the_next_token_and_the_old_tokens_are_dead()
    {
        var gus = await web.JoinAsync();
        (await SetAsync(gus.Id, "guide", "guide")).Data.GetProperty("user").GetProperty("roles").GetArrayLength().ShouldBe(1);
        (await gus.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(401);
        gus.Client.Carry((await gus.Client.LogInAsync(gus.Email)).Token);
        (await gus.Client.GetAnswerAsync("/api/me")).Data.GetProperty("user").GetProperty("roles")[0].GetString().ShouldBe("guide");

        (await SetAsync(gus.Id, "guide")).Status.ShouldBe(200);
        (await gus.Client.GetAnswerAsync("/api/me")).Status.ShouldBe(200, "nothing changed, so no token need die");

        (await SetAsync(gus.Id)).Status.ShouldBe(200);
        (await gus.Client.LogInAsync(gus.Email)).User.Roles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_known_roles_are_given_and_only_to_accounts()
    {
        var gus = await web.JoinAsync();
        (await SetAsync(gus.Id, "admin")).Code.ShouldBe("bad_body");
        (await SetAsync(gus.Id, "")).Code.ShouldBe("bad_body");
        (await SetAsync("usr_nobody", "guide")).Code.ShouldBe("no_such_user");
        (await SetAsync(new string('x', 129), "guide")).Code.ShouldBe("no_such_user");
    }

    [Fact]
    public async Task The_last_operator_stays_one_also_when_two_lose_the_role_at_once()
    {
        var (olga, omar) = (await web.JoinAsync("operator"), await web.JoinAsync("operator"));
        var answers = await Task.WhenAll(SetAsync(olga.Id), SetAsync(omar.Id));
        answers.Select(answer => answer.Status).Order().ShouldBe([200, 409]);
        answers.Single(answer => answer.Status == 409).Code.ShouldBe("last_operator");
        var left = answers[0].Status == 409 ? olga : omar;
        (await SetAsync(left.Id, "guide")).Code.ShouldBe("last_operator");
        (await SetAsync(left.Id, "guide", "operator")).Status.ShouldBe(200);
        (await left.Client.LogInAsync(left.Email)).User.Roles.ShouldBe(["operator", "guide"]);
    }

    [Fact]
    public async Task Operators_find_people_by_address_or_page_by_page_newest_first()
    {
        var members = new List<Member>();
        for (var n = 0; n < 3; n++) members.Add(await web.JoinAsync());
        using var olga = web.SignedIn("olga", "operator");
        (await PageAsync($"email={members[1].Email.ToUpperInvariant()}")).Users.Single().Id.ShouldBe(members[1].Id);
        var first = await PageAsync("limit=2");
        first.Users.Select(user => user.Id).ShouldBe([members[2].Id, members[1].Id]);
        (await PageAsync($"limit=2&cursor={first.Cursor}")).Users[0].Id.ShouldBe(members[0].Id);
        (await PageAsync($"email={UsersWeb.NewEmail()}")).Users.ShouldBeEmpty();
        (await olga.GetAnswerAsync("/api/users?email=nobody")).Code.ShouldBe("bad_email");
        (await olga.GetAnswerAsync("/api/users?limit=0")).Code.ShouldBe("bad_limit");

        async Task<UserPage> PageAsync(string query) =>
            (await olga.GetAnswerAsync($"/api/users?{query}")).Data.Deserialize<UserPage>(WireJson.Options)!;
    }

    private Task<Answer> SetAsync(string id, params string[] roles) =>
        web.SignedIn("root", "operator").SendAsync(HttpMethod.Put, $"/api/users/{id}/roles", new { roles });
}

public sealed class SqliteSetRolesTests(SqliteUsersWeb web) : SetRolesSpecs(web), IClassFixture<SqliteUsersWeb>;

public sealed class PostgresSetRolesTests(PostgresUsersWeb web) : SetRolesSpecs(web), IClassFixture<PostgresUsersWeb>;
