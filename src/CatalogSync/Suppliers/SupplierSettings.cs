namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Address, limits and timeouts of one supplier. A class and not a record: <c>ToString</c> must not show the key.</summary>
internal sealed class SupplierSettings
{
    public const string DefaultId = "default";

    /// <summary>1 to 32 lower-case letters, digits and hyphens; <c>tours.supplier_id</c>, and the tag of its metrics.</summary>
    public string Id { get; init; } = DefaultId;

    /// <summary>The OCTO base URL; null for the simulated supplier.</summary>
    public Uri? Url { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>A run skips a tour that was asked about more recently; null: every run asks about every tour.</summary>
    public TimeSpan? SyncInterval { get; init; }

    /// <summary>The shortest poll interval of one tour, which some suppliers prescribe. Watched tours use it; hints do not wait for it.</summary>
    public TimeSpan PollingMinimum { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The key that signs the supplier's notifications; null: all are refused.</summary>
    public string? NotificationSecret { get; init; }

    public int Concurrency { get; init; } = 16;

    /// <summary>The token budget: calls sent in any minute, retries included; null for no limit.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>The timeout of one attempt, from the request to the last byte of the answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    public bool Import { get; init; } = true;

    public int ImportDays { get; init; } = 60;

    public int Retries { get; init; } = 2;

    /// <summary>The first backoff; each further one doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A call waits for a requested pause up to this long; for a longer one the sync backs off.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the circuit breaker stays open.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(30);
}
