using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.InProcess;

namespace RealtimeTours.Tests.Platform.Messaging;

public sealed class InProcessDeadLettersTests : DeadLetterSpecs
{
    private readonly MessagingMetrics _metrics = new();

    private protected override Task<(IEventBus Bus, IDeadLetters Letters)> CreateAsync()
    {
        var bus = new InProcessEventBus(Retries, TimeProvider.System, _metrics, NullLogger<InProcessEventBus>.Instance);
        return Task.FromResult<(IEventBus, IDeadLetters)>((bus, new InProcessDeadLetters(bus)));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _metrics.Dispose();
    }
}
