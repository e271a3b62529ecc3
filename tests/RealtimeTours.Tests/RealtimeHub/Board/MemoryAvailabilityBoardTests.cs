using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public sealed class MemoryAvailabilityBoardTests : AvailabilityBoardSpecs
{
    private protected override Task<IAvailabilityBoard> CreateAsync() => Task.FromResult<IAvailabilityBoard>(new MemoryAvailabilityBoard());
}
