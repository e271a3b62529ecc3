using System.Diagnostics;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>
/// Counts the statements that this process sends to one PostgreSQL database and that contain a text, by what the driver says about itself.
/// </summary>
internal sealed class CountedQueries : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count;

    public CountedQueries(string databaseUrl, string text)
    {
        var database = new Uri(databaseUrl).AbsolutePath.Trim('/').Split('?')[0];
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(tag => tag.Value?.ToString() ?? "").ToArray();
                if (tags.Any(tag => tag.Contains(database, StringComparison.Ordinal))
                    && tags.Any(tag => tag.Contains(text, StringComparison.Ordinal))) Interlocked.Increment(ref _count);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
