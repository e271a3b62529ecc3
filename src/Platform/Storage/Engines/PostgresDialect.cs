using System.Globalization;

namespace RealtimeTours.Platform.Storage.Engines;

internal sealed class PostgresDialect : ISqlDialect
{
    public string Identity => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

    public string Concurrently => "CONCURRENTLY";

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public string ForUpdate => "FOR UPDATE";

    public string IsOneOf(string listArgument) => $"= ANY(@{listArgument})";

    public string Values(string jsonArgument) => $"json_array_elements_text(@{jsonArgument}::json)";

    public string Clock(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"(clock_timestamp() + interval '{(long)offset.TotalMilliseconds} milliseconds')");
}
