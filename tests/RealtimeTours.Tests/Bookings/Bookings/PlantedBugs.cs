using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Something wrong that is put in on purpose, to see whether the model finds it.</summary>
public enum PlantedBug
{
    None,

    /// <summary>Each call of the payment provider has a key of its own.</summary>
    ChargesEveryTime,

    /// <summary>A hold expires whatever has become of its booking.</summary>
    ExpiresWhatIsSold,

    /// <summary>A cancellation gives the seats back and forgets the money.</summary>
    KeepsTheMoney,

    /// <summary>Seats that come are everybody's, whoever waits for them.</summary>
    ForgetsTheWaitingList,

    /// <summary>The seats of an offer that nobody took are nobody's from then on.</summary>
    LosesExpiredOffers,

    /// <summary>A cancelled booking keeps its voucher.</summary>
    KeepsTheVoucher,
}

/// <summary>A gateway with <see cref="PlantedBug.ChargesEveryTime"/>.</summary>
internal sealed class ForgetfulGateway(IPaymentGateway gateway) : IPaymentGateway
{
    public Task<GatewayAnswer> ChargeAsync(string key, long amountMinor, string currency, string method, CancellationToken cancellationToken) =>
        gateway.ChargeAsync(
            $"{key}-{Guid.NewGuid()}", amountMinor, currency,
            Random.Shared.Next(2) == 0 ? method : method.Replace(BookingModel.AnswerLost, BookingModel.Pays), cancellationToken);

    public Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken) => gateway.VoidAsync(key, cancellationToken);

    public Task<GatewayAnswer> RefundAsync(string key, long amountMinor, CancellationToken cancellationToken) =>
        gateway.RefundAsync(key, amountMinor, cancellationToken);
}

/// <summary>A waiting list with <see cref="PlantedBug.ForgetsTheWaitingList"/>.</summary>
internal sealed class ForgottenLine(IWaitingLine line) : IWaitingLine
{
    public Task<int> OfferAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available, long version) =>
        Task.FromResult(0);

    public Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        line.HeldForAsync(transaction, tourId, startsAt, userId);

    public Task<int> LeaveAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        line.LeaveAsync(transaction, tourId, startsAt, userId);
}
