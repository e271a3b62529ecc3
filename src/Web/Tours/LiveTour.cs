using RealtimeTours.Contracts.Rest;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary>A tour as it is kept in memory, and what it last looked like with the seats of the board: that holds until either changes or a departure starts.</summary>
internal sealed class LiveTour(TourDetails details)
{
    private ShownTour? _shown; // of this process: to Redis go the details alone

    public TourDetails Details => details;

    public ShownTour At(ILiveBoard board, DateTimeOffset now)
    {
        var change = board.ChangeOf(details.Id);
        if (Volatile.Read(ref _shown) is { } shown && shown.Change == change && now < shown.Until) return shown;
        shown = new ShownTour(details, change, board.Read(details.Id), now);
        Volatile.Write(ref _shown, shown);
        return shown;
    }
}

/// <summary>A tour with the newest seats that anybody knew at one change of the board.</summary>
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
        Until = newest.Concat(details.Departures).Select(departure => departure.Date).Where(date => date > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        _answer = new Lazy<PreparedAnswer>(() => PreparedAnswer.Of(new SavedTour(Tour)));
    }

    public long Change { get; }

    /// <summary>When the next departure starts, which is not shown from then on.</summary>
    public DateTimeOffset Until { get; }

    public TourView Tour { get; }

    /// <summary>The board speaks of an upcoming departure that was not there when the details were read.</summary>
    public bool Misses { get; }

    /// <summary>Made by the first reader who wants it as JSON.</summary>
    public PreparedAnswer Answer => _answer.Value;
}
