namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Where one supplier is and how it is called. A class and not a record: its text must never show the key.</summary>
internal sealed class SupplierSettings
{
    /// <summary>The supplier of <c>SUPPLIER_URL</c>, or the simulated one where that is not set.</summary>
    public const string DefaultId = "default";

    /// <summary>1 to 32 lower-case letters, digits and hyphens; <c>tours.supplier_id</c>, and the tag of its metrics.</summary>
    public string Id { get; init; } = DefaultId;

    /// <summary>The OCTO base URL; null for the simulated supplier.</summary>
    public Uri? Url { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>A tour asked about more recently is left out of a run; never below <see cref="PollingMinimum"/>. Null: every run asks about every tour.</summary>
    public TimeSpan? SyncInterval { get; init; }

    /// <summary>
    /// One tour is never polled more often than this, whoever wants it: some suppliers forbid less than 15 minutes. Watched tours are polled as often as
    /// it allows. The supplier's own notifications do not wait for it.
    /// </summary>
    public TimeSpan PollingMinimum { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What its notifications are signed with; null where it sends none, and all are refused.</summary>
    public string? NotificationSecret { get; init; }

    /// <summary>Calls under way at once.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Calls sent in any minute, repeated ones included; null for any number.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>For one attempt, from the request to the last byte of the answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether its products become tours.</summary>
    public bool Import { get; init; } = true;

    /// <summary>How many days of departures the import brings.</summary>
    public int ImportDays { get; init; } = 60;

    /// <summary>Attempts after the first, for what may be retried.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first retry; doubled each time, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A supplier that asks for a longer pause is left alone until then instead of being waited for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an open circuit stays open.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(30);
}
