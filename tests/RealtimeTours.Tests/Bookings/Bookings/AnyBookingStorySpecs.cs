using FsCheck;
using FsCheck.Fluent;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Platform.Storage;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// Booking, with vouchers and without, holding, paying, expiring, cancelling, waiting for seats and being offered them, operators' changes,
/// suppliers' figures, duplicates and crashes in any order: the system does what the model does, and the money is right at the end.
/// </summary>
public abstract class AnyBookingStorySpecs(ITestOutputHelper output) : IDisposable
{
    private const int Capacity = 6, Longest = 40;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract int Stories { get; }

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task Any_story_of_bookings_is_the_models()
    {
        await using var machine = await BookingMachine.CreateAsync(await NewDatabaseAsync(), PlantedBug.None);
        if (await FirstWrongAsync(machine, Stories) is not { } found) return;
        while (await ShorterAsync(machine, found) is { } shorter) found = shorter;
        throw new ShouldAssertException(found.ToString());
    }

    [Theory]
    [InlineData(PlantedBug.ChargesEveryTime)]
    [InlineData(PlantedBug.ExpiresWhatIsSold)]
    [InlineData(PlantedBug.KeepsTheMoney)]
    [InlineData(PlantedBug.ForgetsTheWaitingList)]
    [InlineData(PlantedBug.LosesExpiredOffers)]
    [InlineData(PlantedBug.KeepsTheVoucher)]
    public async Task A_planted_bug_is_found(PlantedBug bug)
    {
        await using var machine = await BookingMachine.CreateAsync(await NewDatabaseAsync(), bug);
        output.WriteLine((await FirstWrongAsync(machine, stories: 400)).ShouldNotBeNull($"nobody noticed: {bug}").ToString());
    }

    private async Task<WrongStory?> FirstWrongAsync(BookingMachine machine, int stories)
    {
        // TEST_SEED repeats a run that printed it.
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("TEST_SEED"), out var given) ? given : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        var (told, refused, offers, ofFewer) = (0, 0, 0, 0);
        var any = from beginning in Gen.Elements(BookingStory.Beginnings)
                  from steps in Gen.Choose(0, BookingStory.Steps - 1).ListOf()
                  select beginning.Concat(steps).ToArray();
        foreach (var steps in any.Sample(stories, new Rnd(seed), Longest))
        {
            var (wrong, story) = await TellAsync(machine, steps);
            if (wrong is not null) return new WrongStory(seed, steps, wrong, story);
            told += story.Told.Count;
            refused += story.Told.Count(step => step.EndsWith(')'));
            offers += story.Offers.Count;
            ofFewer += story.Offers.Count(offer => offer.Seats < offer.Asked);
        }
        output.WriteLine($"{told} steps, {refused} of them refused; {offers} offers, {ofFewer} of them of fewer seats than asked");
        return null;
    }

    private static async Task<WrongStory?> ShorterAsync(BookingMachine machine, WrongStory story)
    {
        for (var without = 0; without < story.Steps.Length; without++)
        {
            int[] shorter = [.. story.Steps.Where((_, n) => n != without)];
            if (await TellAsync(machine, shorter) is ({ } wrong, var told)) return new WrongStory(story.Seed, shorter, wrong, told);
        }
        return null;
    }

    private static async Task<(string? Wrong, BookingStory Story)> TellAsync(BookingMachine machine, int[] steps)
    {
        await machine.BeginAsync(Capacity);
        var story = new BookingStory(machine, new BookingModel(Capacity));
        try
        {
            foreach (var step in steps)
                if (await story.TakeAsync(step) is { } wrong) return (wrong, story);
            return (await story.EndAsync(), story);
        }
        catch (Exception e) // an answer was another one, the database refused a row
        {
            return (e.Message, story);
        }
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed record WrongStory(ulong Seed, int[] Steps, string Wrong, BookingStory Story)
    {
        public override string ToString() => $"seed {Seed}: {Wrong}\nin the story {string.Join(", ", Story.Told)}";
    }
}

public sealed class SqliteAnyBookingStoryTests(ITestOutputHelper output) : AnyBookingStorySpecs(output)
{
    protected override int Stories => 40;

    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresAnyBookingStoryTests(ITestOutputHelper output) : AnyBookingStorySpecs(output)
{
    // A commit takes longer there.
    protected override int Stories => 20;

    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}
