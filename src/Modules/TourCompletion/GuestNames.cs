using System.Text.Json;
using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>Reads table <c>guests</c>.</summary>
internal sealed class GuestNames(Database database)
{
    /// <returns>Gives a user's name, or the id of one who has none.</returns>
    public async Task<Func<string, string>> OfAsync(IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var names = (await connection.QueryAsync<(string UserId, string Name)>(new CommandDefinition(
            $"SELECT user_id, name FROM guests WHERE user_id IN (SELECT value FROM {database.Dialect.Values("ids")})",
            new { ids = JsonSerializer.Serialize(userIds.Distinct()) }, cancellationToken: cancellationToken)))
            .ToDictionary(guest => guest.UserId, guest => guest.Name, StringComparer.Ordinal);
        return userId => names.GetValueOrDefault(userId, userId);
    }
}
