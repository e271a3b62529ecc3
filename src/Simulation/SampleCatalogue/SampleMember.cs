using System.Text.Json;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>An invented visitor of <c>sample-members.json</c>: no account, signs in with a development token of this id.</summary>
internal sealed record SampleMember(string Id, string Name, string Email, string Language)
{
    private static readonly Lazy<MembersFile> Loaded = new(Load);

    public static IReadOnlyList<SampleMember> All => Loaded.Value.Members;

    public static IReadOnlyList<SampleBooking> Bookings => Loaded.Value.Bookings;

    private static MembersFile Load()
    {
        using var json = typeof(SampleMember).Assembly.GetManifestResourceStream("sample-members.json")
            ?? throw new InvalidOperationException("sample-members.json is not embedded in the assembly.");
        return JsonSerializer.Deserialize<MembersFile>(json, WireJson.Options)!;
    }

    /// <param name="Note">Says that the data is synthetic.</param>
    private sealed record MembersFile(string Note, IReadOnlyList<SampleMember> Members, IReadOnlyList<SampleBooking> Bookings);
}

/// <param name="Member">A member's id.</param>
/// <param name="Tour">The id of a tour of the sample catalogue.</param>
/// <param name="Departure">-1 for the latest departure that has begun, -2 for the one before; 1 for the next one on sale.</param>
internal sealed record SampleBooking(string Member, string Tour, int Participants, int Departure);
