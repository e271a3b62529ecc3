using RealtimeTours.Tests.Architecture.Planted.Below;

namespace RealtimeTours.Tests.Architecture.Planted.Above;

internal sealed record PlantedMenu(PlantedDish First);
