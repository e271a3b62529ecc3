namespace RealtimeTours.LoadTest.Report;

/// <summary>What a run found. Written as JSON under these names.</summary>
internal sealed record LoadTestReport
{
    public required string Scenario { get; init; }
    public required int Connections { get; init; }
    public required int Tours { get; init; }
    public required int WatchPerConnection { get; init; }

    /// <summary>From the first event to the last, without connecting and settling.</summary>
    public required double Seconds { get; init; }

    /// <summary>Connections that watched at the beginning.</summary>
    public required int Connected { get; init; }

    /// <summary>Connections that were given up.</summary>
    public required int NotConnected { get; init; }

    /// <summary>Attempts that failed, of the reconnecting ones too.</summary>
    public required long FailedAttempts { get; init; }
    public required double ConnectSeconds { get; init; }

    /// <summary>Connections lost while watching, each of which connected again.</summary>
    public required long Reconnects { get; init; }

    /// <summary>From the drop of all connections until all watched again; null in other scenarios.</summary>
    public double? AvalancheSeconds { get; init; }

    /// <summary>Null where the test only listened.</summary>
    public long? Published { get; init; }
    public required long Deliveries { get; init; }
    public required double DeliveriesPerSecond { get; init; }
    public required double MegabytesReceived { get; init; }

    /// <summary>The part of all states that was skipped because a newer one was there, 0 to 1; null where the test only listened.</summary>
    public double? ConflatedShare { get; init; }

    /// <summary>From the event's timestamp to its receipt.</summary>
    public required Latencies LatencyMs { get; init; }

    /// <summary>From the last event until every connection had the last state of each of its tours; null where one never had.</summary>
    public double? SettledMs { get; init; }

    /// <summary>From the first event until then.</summary>
    public double? AllHaveTheLastStateMs { get; init; }

    /// <summary>Last states that a connection does not have.</summary>
    public required long Lost { get; init; }

    /// <summary>Versions that went back on a connection.</summary>
    public required long Regressed { get; init; }

    /// <summary>States that nobody published.</summary>
    public required long Falsified { get; init; }

    /// <summary>The same version twice in a row; harmless, but the hub promises not to.</summary>
    public required long Repeated { get; init; }

    /// <summary>CPU time of this process.</summary>
    public required double OwnCpuSeconds { get; init; }

    /// <summary>CPU time of the processes named with --hub-pid.</summary>
    public double? HubCpuSeconds { get; init; }
    public double? HubCpuSecondsPerMillionDeliveries { get; init; }

    /// <summary>Resident memory of those processes once all watched, before the first event.</summary>
    public long? HubResidentKbBefore { get; init; }

    /// <summary>The same at the end.</summary>
    public long? HubResidentKb { get; init; }

    /// <summary>What they grew by while the connections came, per connection; in the idle scenario until its end.</summary>
    public double? HubKbPerConnection { get; init; }

    /// <summary>What went wrong, a few examples.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    public bool Passed => Lost == 0 && Regressed == 0 && Falsified == 0 && NotConnected == 0;
}

/// <summary>Milliseconds.</summary>
internal sealed record Latencies(double P50, double P90, double P99, double Max)
{
    public static Latencies Of(LatencyHistogram histogram) => new(
        histogram.At(0.5) / 1_000.0, histogram.At(0.9) / 1_000.0, histogram.At(0.99) / 1_000.0, histogram.Max / 1_000.0);
}
