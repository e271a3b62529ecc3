using System.Diagnostics;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Fuzzing;

/// <summary>Nearly valid inputs for some seconds. The seed is printed; TEST_SEED repeats a run that printed it.</summary>
internal sealed class FuzzRun
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(12);

    // The first cases always run, however slow the machine.
    private const int Fewest = 200;

    private readonly ITestOutputHelper _output;
    private readonly int _seed;

    public FuzzRun(ITestOutputHelper output)
    {
        _output = output;
        _seed = int.TryParse(Environment.GetEnvironmentVariable("TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {_seed}; TEST_SEED={_seed} repeats it");
    }

    /// <summary>One generator per case, so that a case does not depend on what happened before it.</summary>
    public IEnumerable<NearlyValid> Cases()
    {
        var (clock, number) = (Stopwatch.StartNew(), 0);
        while (number < Fewest || clock.Elapsed < Length) yield return new NearlyValid(_seed, ++number);
        _output.WriteLine($"{number} cases");
    }

    /// <summary>What a failure message says about an input.</summary>
    public static string Show(string input) => input.Length <= 600 ? input : $"{input[..300]}…{input[^300..]} ({input.Length} characters)";
}
