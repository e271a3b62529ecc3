using RealtimeTours.Tests.Architecture.Planted.Right;

namespace RealtimeTours.Tests.Architecture.Planted.Left;

internal sealed class PlantedBooking
{
    public PlantedInvoice? Invoice { get; set; }
}
