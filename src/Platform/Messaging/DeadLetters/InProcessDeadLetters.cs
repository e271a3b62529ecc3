using RealtimeTours.Platform.Messaging.InProcess;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>The dead letters of <see cref="InProcessEventBus"/>, in memory until the process ends.</summary>
internal sealed class InProcessDeadLetters(IEventBus bus) : IDeadLetters
{
    private readonly InProcessEventBus _bus = (InProcessEventBus)bus;

    public Task<long> CountAsync(string consumer, CancellationToken cancellationToken) => Task.FromResult((long)_bus.DeadLetters(consumer).Count);

    public Task<DeadLetterPage> ListAsync(string consumer, int limit, CancellationToken cancellationToken)
    {
        var all = _bus.DeadLetters(consumer);
        return Task.FromResult(new DeadLetterPage(consumer, all.Count, [.. all.Take(limit).Select(letter => letter.ToView())]));
    }

    public Task<bool> RequeueAsync(string consumer, string id, CancellationToken cancellationToken) =>
        Task.FromResult(_bus.TakeDeadLetters(consumer, letter => letter.Id == id, atMost: 1, requeue: true) == 1);

    public Task<int> RequeueAllAsync(string consumer, CancellationToken cancellationToken) =>
        Task.FromResult(_bus.TakeDeadLetters(consumer, _ => true, atMost: int.MaxValue, requeue: true));

    public Task<bool> DeleteAsync(string consumer, string id, CancellationToken cancellationToken) =>
        Task.FromResult(_bus.TakeDeadLetters(consumer, letter => letter.Id == id, atMost: 1, requeue: false) == 1);
}
