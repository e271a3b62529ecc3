namespace RealtimeTours.Web.Tours;

/// <summary>Behind the memory of each Web node: what one has read is at hand for the others, and after a restart.</summary>
internal interface ITourCache
{
    /// <returns>Null when it is not known here. A cache that fails is one that knows nothing.</returns>
    Task<TourDetails?> FindAsync(string id);

    Task KeepAsync(TourDetails tour);

    Task ForgetAsync(string id);
}

/// <summary>One process has nobody to share with: its memory is all.</summary>
internal sealed class NoTourCache : ITourCache
{
    public Task<TourDetails?> FindAsync(string id) => Task.FromResult<TourDetails?>(null);

    public Task KeepAsync(TourDetails tour) => Task.CompletedTask;

    public Task ForgetAsync(string id) => Task.CompletedTask;
}
