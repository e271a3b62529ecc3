using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.SignalR.Client;
using RabbitMQ.Client;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Fuzzing;
using RealtimeTours.Tests.RealtimeHub;
using RealtimeTours.Tests.RealtimeHub.Admission;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>Whatever is published, over a real broker into a hub node. Alone: it counts what this process consumes.</summary>
[Collection(nameof(Alone))]
public sealed class EventFuzzTests(ITestOutputHelper output)
{
    private const int BatchSize = 200;

    [Fact]
    public async Task Dead_letters_are_the_broken_messages_each_message_is_read_once_and_watchers_notice_nothing()
    {
        var settings = await HubNode.DistributedAsync();
        var queue = $"{settings.QueuePrefix}.{EventConsumers.RealtimeHub}";
        await using var publisher = await ForeignPublisher.ConnectAsync(settings.RabbitMqUrl!, settings.Exchange);
        await using (var node = await HubNode.StartAsync(settings, ("Messaging:RetryDelays", "0.1,0.2")))
        {
            var watcher = await node.ConnectAsync(FuzzedEvent.User);
            foreach (var tour in (string[])[FuzzedEvent.Tour, "honest"]) await watcher.WatchTourAsync(tour);
            var published = 0;
            foreach (var batch in new FuzzRun(output).Cases().Chunk(BatchSize))
            {
                var events = batch.Select(FuzzedEvent.Make).ToArray();
                foreach (var each in events) await publisher.PublishAsync(each.RoutingKey, each.Body, each.Properties);
                published += events.Length + 1;
                await publisher.PublishEventAsync(
                    EventTypes.AvailabilityUpdated, new { tourId = "honest", availableSpots = published, version = published });
                try
                {
                    await Eventually.ShouldBeTrueAsync(() => watcher.Updates.Any(update => update.AvailableSpots == published));
                    await Eventually.ShouldBeTrueAsync(
                        async () => await ConsumedAsync(node, "ack") + await ConsumedAsync(node, "dead_letter") == published);
                }
                catch (ShouldAssertException e)
                {
                    throw new ShouldAssertException(
                        $"{BatchSize} events from {batch[0]}: the watcher is {watcher.Connection.State}, "
                        + $"{await ConsumedAsync(node, "ack")} handled + {await ConsumedAsync(node, "dead_letter")} dead letters of {published}", e);
                }
                Check(batch[0], events, await LettersAsync(publisher, $"{queue}.dlq"));
                watcher.Connection.State.ShouldBe(HubConnectionState.Connected, $"{batch[0]}");
            }
        }
        // What was in its hands would be back in the queue.
        foreach (var name in (string[])[queue, $"{queue}.retry.100ms", $"{queue}.retry.200ms", $"{queue}.dlq"])
            (await publisher.CountAsync(name)).ShouldBe(0u, name);
    }

    private static void Check(NearlyValid first, FuzzedEvent[] events, IReadOnlyList<BasicGetResult> letters)
    {
        var reasons = letters.ToLookup(letter => letter.BasicProperties.MessageId);
        foreach (var each in events)
        {
            var text = $"{FuzzRun.Show(Encoding.UTF8.GetString(each.Body))} of {each.Id} to {each.RoutingKey}, in the batch from {first}";
            var letter = reasons[each.Id].ToArray();
            if (each.IsBroken is { } isBroken) letter.Length.ShouldBe(isBroken ? 1 : 0, text + Reason(letter.FirstOrDefault()));
            letter.Length.ShouldBeLessThan(2, text);
            if (letter.Length == 0) continue;
            Reason(letter[0]).ShouldNotBeEmpty(text);
            letter[0].BasicProperties.Headers!["x-attempt"].ShouldBe(1, $"It can never succeed, and was tried again: {text}{Reason(letter[0])}");
        }
        reasons.Select(letter => letter.Key).ShouldBeSubsetOf(events.Select(each => each.Id));
    }

    private static string Reason(BasicGetResult? letter) =>
        letter?.BasicProperties.Headers?.TryGetValue("x-error", out var error) == true ? $": {Encoding.UTF8.GetString((byte[])error!)}" : "";

    private static async Task<IReadOnlyList<BasicGetResult>> LettersAsync(ForeignPublisher publisher, string queue)
    {
        var letters = new List<BasicGetResult>();
        while (await publisher.TakeMessageAsync(queue) is { } letter) letters.Add(letter);
        return letters;
    }

    /// <summary>The hub's deliveries that ended so.</summary>
    private static async Task<long> ConsumedAsync(HubNode node, string outcome)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync($"{node.Address}/metrics")).Split('\n')
            .Where(line => line.StartsWith("messaging_consumed_total{", StringComparison.Ordinal)
                && line.Contains($"consumer=\"{EventConsumers.RealtimeHub}\"", StringComparison.Ordinal)
                && line.Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
