namespace RealtimeTours.Tests.Architecture.Planted.Below;

internal sealed record PlantedDish(string Name);
