namespace RealtimeTours.Contracts;

/// <summary>Limits that hold wherever such a thing comes in: from a request, a search, an import. Those of one place alone stand there.</summary>
public static class Limits
{
    /// <summary>Of one booking, one place on a waiting list, one search.</summary>
    public const int MaxParticipants = 100;

    /// <summary>Characters of a tour's name, destination and category.</summary>
    public const int MaxTourText = 200;

    public const int MaxTourHours = 24 * 60;

    /// <summary>Per participant, in units of the tour's currency.</summary>
    public const decimal MaxPrice = 1_000_000_000; // a hundred euros are three million dong

    /// <summary>Seats of a departure.</summary>
    public const int MaxCapacity = 1_000_000;

    public const int MaxCancellationDays = 365;

    /// <summary>Characters of a supplier's own ids, which may be longer than ours (<see cref="EventEnvelope.MaxIdLength"/>).</summary>
    public const int MaxSupplierIdLength = 256;

    /// <summary>Bytes of the JSON body of a request.</summary>
    public const int MaxBodyBytes = 64 * 1024;
}
