using System.Globalization;

namespace RealtimeTours.Platform.Storage.Engines;

internal sealed class SqliteDialect : ISqlDialect
{
    public string Identity => "INTEGER PRIMARY KEY AUTOINCREMENT";

    public string Concurrently => "";

    public string SkipLocked => "";

    public string ForUpdate => "";

    public string IsOneOf(string listArgument) => $"IN @{listArgument}";

    public string Values(string jsonArgument) => $"json_each(@{jsonArgument})";

    // The text format of timestamp parameters, so that both compare as text.
    public string Clock(TimeSpan offset) => string.Create(
        CultureInfo.InvariantCulture, $"strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '{offset.TotalSeconds:+0.000;-0.000} seconds')");
}
