namespace RealtimeTours.Platform.Hosting;

/// <summary><c>--health [address]</c>: asks a running host whether it is ready, for container health checks in images without curl.</summary>
internal static class HealthProbe
{
    /// <returns>Exit code: 0 if ready, else 1.</returns>
    public static async Task<int> RunAsync(string address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        try
        {
            using var answer = await client.GetAsync(new Uri(new Uri(address), "/health/ready"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync($"{address}: {e.Message}");
            return 1;
        }
    }
}
