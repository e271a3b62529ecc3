using RealtimeTours.Contracts.Rest;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary>A tour in memory, with its last rendering from the board's seats: valid until either changes or a departure starts.</summary>
internal sealed class LiveTour(TourDetails details)
{
    private ShownTour? _shown; // never written to Redis, where only the details go

    public TourDetails Details => details;

    /// <summary>See <see cref="FoldedText"/>; folded once, not by every request.</summary>
    public string FoldedDestination { get; } = FoldedText.Of(details.Destination);

    /// <summary>See <see cref="FoldedText"/>.</summary>
    public string FoldedCategory { get; } = FoldedText.Of(details.Category);

    public ShownTour At(ILiveBoard board, DateTimeOffset now)
    {
        var change = board.ChangeOf(details.Id);
        if (Volatile.Read(ref _shown) is { } shown && shown.Change == change && now < shown.Until) return shown;
        shown = new ShownTour(details, change, board.Read(details.Id), now);
        Volatile.Write(ref _shown, shown);
        return shown;
    }
}

/// <summary>A tour with the newest known seats, at one change number of the board.</summary>
internal sealed class ShownTour
{
    private readonly Lazy<PreparedAnswer> _answer;

    public ShownTour(TourDetails details, long change, IReadOnlyList<DepartureState> board, DateTimeOffset now)
    {
        SeatFigure[] newest =
        [
            .. from state in board
               where state.Date is not null
               select new SeatFigure(state.Date!.Value, state.AvailableSpots, state.Capacity, state.Status, state.Version, state.Timestamp),
        ];
        Change = change;
        Tour = details.With(newest, now);
        Misses = details.Misses(newest, now);
        Until = newest.Concat(details.Departures).Select(departure => departure.Date).Where(date => date > now)
            .DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        _answer = new Lazy<PreparedAnswer>(() => PreparedAnswer.Of(new SavedTour(Tour)));
    }

    public long Change { get; }

    /// <summary>When the next departure starts; from then on it is no longer shown.</summary>
    public DateTimeOffset Until { get; }

    public TourView Tour { get; }

    /// <summary>Whether the board has an upcoming departure that is missing from the details.</summary>
    public bool Misses { get; }

    /// <summary>Serialised once, by the first request.</summary>
    public PreparedAnswer Answer => _answer.Value;
}
