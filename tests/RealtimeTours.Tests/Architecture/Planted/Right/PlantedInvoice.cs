namespace RealtimeTours.Tests.Architecture.Planted.Right;

/// <summary>The way back of the circle is hidden: no using directive, and only in the body of a lambda.</summary>
internal sealed class PlantedInvoice
{
    public Func<object> Book { get; } = () => new Left.PlantedBooking();
}
