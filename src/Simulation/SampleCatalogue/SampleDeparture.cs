using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>One departure of a sample tour. Its figures follow from tour id and start alone, so every process and every day agrees.</summary>
/// <param name="Start">With the offset of the tour's time zone.</param>
internal sealed record SampleDeparture(SampleTour Tour, DateTimeOffset Start)
{
    private readonly ulong _seed = Hash($"{Tour.Id}|{Start.UtcDateTime:O}");

    /// <summary>Seats that others had bought when the sale began: about one departure in ten is full, one in six almost.</summary>
    public int SoldToOthers
    {
        get
        {
            var roll = _seed % 100;
            var part = (_seed >> 8) % 1000 / 1000.0;
            return Tour switch
            {
                { Supplier: SupplierStock.SoldOut } => Tour.Capacity,
                { Supplier: SupplierStock.Freesale } => 0,
                _ when roll < 10 => Tour.Capacity,
                _ when roll < 26 => Tour.Capacity - 1 - (int)(part * Math.Min(4, Tour.Capacity - 1)),
                _ => (int)(part * 0.7 * Tour.Capacity),
            };
        }
    }

    public int AvailableSpots => Tour.Capacity - SoldToOthers;

    /// <summary>A random figure from 0 (included) to 1 that is always the same for this departure and step.</summary>
    public double Noise(long step) => Hash($"{_seed}|{step}") % 1_000_000 / 1_000_000.0;

    // SHA-256 and not GetHashCode, which differs from process to process.
    private static ulong Hash(string text) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
