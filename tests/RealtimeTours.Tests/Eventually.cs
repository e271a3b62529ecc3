using System.Diagnostics;

namespace RealtimeTours.Tests;

/// <summary>Waits for a result by polling it with a deadline, never by sleeping a guessed time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until the condition holds; an exception of the condition counts as "not yet" and is shown when time is up.</summary>
    /// <param name="within">60 s where nothing is given: the machine that runs the tests may be busy.</param>
    public static async Task ShouldBeTrueAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var limit = within ?? Default;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await condition()) return;
            }
            catch (Exception e)
            {
                failure = e;
            }
            if (clock.Elapsed > limit)
                throw new ShouldAssertException($"The condition did not come true within {limit.TotalSeconds} s.", failure);
            await Task.Delay(PollInterval);
        }
    }

    public static Task ShouldBeTrueAsync(Func<bool> condition, TimeSpan? within = null) =>
        ShouldBeTrueAsync(() => Task.FromResult(condition()), within);
}
