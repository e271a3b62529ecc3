using FsCheck;
using FsCheck.Fluent;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Platform.Storage;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// Booking, holding, paying, expiring, cancelling, duplicates and crashes in any order: the system does what the model does, and the money is right
/// at the end.
/// </summary>
public abstract class AnyBookingStorySpecs(ITestOutputHelper output) : IDisposable
{
    private const int Capacity = 6;
    private static readonly string[] Cards = [BookingModel.Pays, BookingModel.AnswerLost, BookingModel.Declines, BookingModel.Silent];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract int Stories { get; }

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task Any_story_of_bookings_is_the_models()
    {
        await using var machine = await BookingMachine.CreateAsync(await NewDatabaseAsync(), PlantedBug.None);
        var (story, wrong) = await FirstWrongAsync(machine, Stories);
        if (story is null) return;
        while (await ShorterAsync(machine, story) is { } shorter) (story, wrong) = shorter;
        throw new ShouldAssertException($"{wrong}\nin the story {string.Join(", ", story.Select(Describe))}");
    }

    [Theory]
    [InlineData(PlantedBug.ChargesEveryTime)]
    [InlineData(PlantedBug.ExpiresWhatIsSold)]
    [InlineData(PlantedBug.KeepsTheMoney)]
    public async Task A_planted_bug_is_found(PlantedBug bug)
    {
        await using var machine = await BookingMachine.CreateAsync(await NewDatabaseAsync(), bug);
        var (story, wrong) = await FirstWrongAsync(machine, stories: 400);
        story.ShouldNotBeNull($"nobody noticed: {bug}");
        output.WriteLine($"{wrong} in {string.Join(", ", story.Select(Describe))}");
    }

    private async Task<(int[]? Story, string Wrong)> FirstWrongAsync(BookingMachine machine, int stories)
    {
        // TEST_SEED repeats a run that printed it.
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("TEST_SEED"), out var given) ? given : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        foreach (var story in Gen.Choose(0, 9_999).ListOf().Resize(24).Sample(stories, new Rnd(seed), 24).Select(steps => steps.ToArray()))
            if (await WhatIsWrongAsync(machine, story) is { } wrong) return (story, $"seed {seed}: {wrong}");
        return (null, "");
    }

    private static async Task<(int[] Story, string Wrong)?> ShorterAsync(BookingMachine machine, int[] story)
    {
        for (var without = 0; without < story.Length; without++)
        {
            int[] shorter = [.. story.Where((_, n) => n != without)];
            if (await WhatIsWrongAsync(machine, shorter) is { } wrong) return (shorter, wrong);
        }
        return null;
    }

    private static async Task<string?> WhatIsWrongAsync(BookingMachine machine, int[] story)
    {
        try
        {
            await machine.BeginAsync(Capacity);
            var model = new BookingModel(Capacity);
            foreach (var step in story)
            {
                await TakeAsync(machine, model, step);
                if (await DifferenceAsync(machine, model) is { } difference) return $"after {Describe(step)}: {difference}";
            }
            for (var n = 0; n < model.Bookings.Count; n++)
                if (model.Bookings[n].Card == BookingModel.Silent)
                {
                    await machine.ExpireAsync(n);
                    model.Expire(n);
                }
            await machine.SettleAsync();
            model.Settle();
            return await DifferenceAsync(machine, model) ?? (await BookingInvariants.BrokenAsync(machine.Database)).FirstOrDefault();
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            return e.Message; // the database refused it, for example
        }
    }

    private static async Task TakeAsync(BookingMachine machine, BookingModel model, int step)
    {
        var which = model.Bookings.Count == 0 ? -1 : step / 100 % model.Bookings.Count;
        switch (step % 10)
        {
            case 0 or 1 or 2:
                var (seats, card) = (1 + step / 10 % 3, Cards[step / 100 % Cards.Length]);
                (await machine.BookAsync(seats, card)).ShouldBe(model.Book(seats, card), $"{seats} seats of {model.Available}");
                break;
            case 3 when which >= 0:
                await machine.ExpireAsync(which);
                model.Expire(which);
                break;
            case 4 when which >= 0:
                await machine.CancelAsync(which);
                model.Cancel(which);
                break;
            case 5 when which >= 0:
                if (model.Bookings[which].Card == BookingModel.Silent && await machine.AnswerLateAsync(which)) model.AnswerLate(which);
                break;
            case 6:
                await machine.SettleAsync();
                model.Settle();
                break;
            case 7:
                await machine.DeliverAsync(1 + step / 10 % 4);
                var statuses = (await machine.PollAsync()).Statuses;
                for (var n = 0; n < statuses.Length; n++) model.Observe(n, statuses[n]);
                break;
            case 8:
                await machine.RepeatLastRequestAsync();
                await machine.DeliverAgainAsync();
                break;
            case 9:
                await machine.CrashAsync();
                break;
        }
    }

    private static async Task<string?> DifferenceAsync(BookingMachine machine, BookingModel model)
    {
        var (available, statuses) = await machine.PollAsync();
        string real = $"{available} free: {string.Join(' ', statuses)}",
        expected = $"{model.Available} free: {string.Join(' ', model.Bookings.Select(b => b.Status))}";
        return real == expected ? null : $"it has {real}; the model has {expected}";
    }

    private static string Describe(int step) => (step % 10) switch
    {
        0 or 1 or 2 => $"book {1 + step / 10 % 3} with {Cards[step / 100 % Cards.Length]}",
        3 => "expire", 4 => "cancel", 5 => "late answer", 6 => "settle", 7 => $"deliver {1 + step / 10 % 4}", 8 => "duplicates", _ => "crash",
    };

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteAnyBookingStoryTests(ITestOutputHelper output) : AnyBookingStorySpecs(output)
{
    protected override int Stories => 50;

    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresAnyBookingStoryTests(ITestOutputHelper output) : AnyBookingStorySpecs(output)
{
    // A commit takes longer there.
    protected override int Stories => 15;

    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}
