using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary><c>POST /api/bookings/{id}/rating</c>: the customer rates the tour, once, from the moment the departure has begun.</summary>
internal static class RateBooking
{
    private const int MaxComment = 2_000;

    private static IResult NoSuchBooking => Problems.Of(404, "no_such_booking", "You have no such booking.");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/bookings/{id}/rating", async (
            string id, HttpContext context, Database database, BookingRatings ratings, TimeProvider time, CancellationToken cancellationToken) =>
        {
            if (!RequestText.IsId(id)) return NoSuchBooking;
            if ((await RequestBody.ReadAsync<RateBookingRequest>(context.Request, cancellationToken))
                .IsRefused(out var badBody, out var body)) return badBody;
            if (WhatIsWrong(body) is { } sentence) return RequestBody.Invalid(sentence);
            var now = Microseconds.Of(time.GetUtcNow());
            var result = await database.InTransactionAsync(
                transaction => ratings.RateAsync(transaction, id, context.User.UserId(), body.Rating, body.Comment, now), cancellationToken);
            return ToAnswer(result, new RatingView(id, body.Rating, body.Comment, now));
        })
        .RequireSignedIn()
        .WithName("RateBooking").WithTags("Bookings")
        .Accepts<RateBookingRequest>("application/json").Produces<SuccessEnvelope<RatingAnswer>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static string? WhatIsWrong(RateBookingRequest body) => body switch
    {
        { Rating: < 1 or > 5 } => "rating must be a whole number from 1 to 5.",
        { Comment: not null } when !RequestText.IsText(body.Comment, MaxComment) => $"comment must have 1 to {MaxComment} characters.",
        _ => null,
    };

    private static IResult ToAnswer(RateResult result, RatingView rating) => result switch
    {
        RateResult.Rated => TypedResults.Json(
            new SuccessEnvelope<RatingAnswer>(new RatingAnswer(rating)), WireJson.Options, statusCode: StatusCodes.Status201Created),
        RateResult.Unknown => NoSuchBooking,
        RateResult.NotBegun => Problems.Of(409, "not_begun", "A tour can be rated once it has begun."),
        RateResult.AlreadyRated => Problems.Of(409, "already_rated", "You have rated this booking already."),
        RateResult.NotAttended => Problems.Of(409, "not_attended", "The guide did not see you on this tour, so it cannot be rated."),
        RateResult.NotConfirmed => Problems.Of(409, "not_confirmed", "Only a confirmed booking can be rated."),
        _ => throw new InvalidOperationException($"{result} is no result."),
    };
}
