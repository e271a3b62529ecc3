using RealtimeTours.Contracts.Rest;
using RealtimeTours.Web.Operations;

namespace RealtimeTours.Tests.Web.Operations;

/// <summary>The command line of a replay; the journeys run it against a running system.</summary>
public class ReplayCommandTests
{
    [Theory]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20T10:30", "2026-11-20T10:30:00Z")]
    [InlineData("2026-11-20T10:30:15Z", "2026-11-20T10:30:15Z")]
    [InlineData("2026-11-20T10:30:15.250+02:00", "2026-11-20T08:30:15.250Z")]
    public void Times_are_read_as_events_write_them_and_are_utc_unless_they_say_otherwise(string text, string time)
    {
        var line = ReplayCommand.Command().Parse(["--consumer", "realtime-hub", "--from", text, "--to", "2026-11-21"]);
        line.Errors.ShouldBeEmpty();
        ReplayCommand.Request(line)
            .ShouldBe(new ReplayEventsRequest(DateTimeOffset.Parse(time), new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), "realtime-hub"));
        line.GetValue<Uri>("--web").ShouldBe(new Uri("http://localhost:3000"));
    }

    [Theory]
    [InlineData("Option '--consumer' is required", "--from 2026-11-20 --to 2026-11-21")]
    [InlineData("Option '--to' is required", "--from 2026-11-20 --consumer realtime-hub")]
    [InlineData("Required argument missing for option: '--to'", "--from 2026-11-20 --consumer realtime-hub --to")]
    [InlineData("'--consumer' is no time", "--from --consumer realtime-hub --to 2026-11-21")]
    [InlineData("Unrecognized command or argument '--since'", "--since 2026-11-20 --consumer realtime-hub --to 2026-11-21")]
    [InlineData("Unrecognized command or argument 'realtime-hub'", "realtime-hub --from 2026-11-20 --to 2026-11-21")]
    [InlineData("'11/12/2026' is no time", "--from 11/12/2026 --to 2026-11-21 --consumer realtime-hub")]
    [InlineData("'now' is no time", "--from 2026-11-20 --to now --consumer realtime-hub")]
    [InlineData("'localhost:3000' is no address", "--from 2026-11-20 --to 2026-11-21 --consumer realtime-hub --web localhost:3000")]
    public void What_is_wrong_with_a_command_line_is_said_by_name(string sentence, string line) =>
        ReplayCommand.Command().Parse(line.Split(' ')).Errors.Select(error => error.Message).ShouldContain(message => message.StartsWith(sentence));
}
