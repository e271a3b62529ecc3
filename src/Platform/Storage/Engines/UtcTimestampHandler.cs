using System.Data;
using System.Globalization;
using Dapper;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>Timestamps: UTC, microseconds. SQLite stores one text format, <c>2026-02-10 10:30:00+00:00</c>, which sorts by time.</summary>
internal sealed class UtcTimestampHandler : SqlMapper.TypeHandler<DateTimeOffset>
{
    private static int _installed;

    /// <summary>Dapper's handlers are global to the process; installing twice does nothing.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref _installed, 1) == 1) return;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcTimestampHandler());
        SqlMapper.Settings.PadListExpansions = true; // IN @ids of any length must not fill the statement caches
    }

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = Microseconds.Of(value);

    public override DateTimeOffset Parse(object value) => value switch
    {
        DateTimeOffset instant => instant.ToUniversalTime(),
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        string text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => throw new InvalidCastException($"A {value.GetType().Name} is not a timestamp."),
    };
}
