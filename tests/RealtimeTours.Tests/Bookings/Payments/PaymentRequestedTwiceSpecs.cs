using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Payments;

/// <summary>A saga asks for its payment again where no answer comes in time: both requests may arrive at the same moment.</summary>
public abstract class PaymentRequestedTwiceSpecs : IDisposable
{
    private const int Customers = 40;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task A_payment_that_is_asked_for_twice_at_once_is_made_once_and_neither_request_is_refused()
    {
        await using var machine = await BookingMachine.CreateAsync(await NewDatabaseAsync(), PlantedBug.None);
        await machine.BeginAsync(Customers);
        for (var n = 0; n < Customers; n++) (await machine.BookAsync($"customer {n}", 1, BookingModel.Pays)).ShouldBe(BookingMachine.Done);
        await machine.DeliverTwiceAtOnceAsync();
        await machine.SettleAsync(() => Task.CompletedTask);
        (await machine.StatusesAsync()).ShouldAllBe(status => status == "confirmed");
        (await BookingInvariants.BrokenAsync(machine.Database)).ShouldBeEmpty();
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqlitePaymentRequestedTwiceTests : PaymentRequestedTwiceSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresPaymentRequestedTwiceTests : PaymentRequestedTwiceSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}
