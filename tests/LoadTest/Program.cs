using System.Text.Json;
using RealtimeTours.LoadTest;
using RealtimeTours.LoadTest.Report;

try
{
    return await CommandLine.InvokeAsync(args, async options =>
    {
        var report = await LoadTestRun.RunAsync(options);
        Console.Write(ReportText.Of(report, options));
        if (options.JsonFile is { } file)
            await File.WriteAllTextAsync(
                file, JsonSerializer.Serialize(report, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
        return report.Passed ? 0 : 1;
    });
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine("--help shows what there is.");
    return 64;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
