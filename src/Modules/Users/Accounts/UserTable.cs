using System.Data.Common;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary>All SQL on table <c>users</c>: nothing else writes it.</summary>
internal static class UserTable
{
    // Password and generation in one statement: a token is of the generation of the password that was checked for it.
    private const string Columns = """
        id AS Id, email AS Email, name AS Name, language AS Language, phone AS Phone, password_hash AS PasswordHash, roles AS Roles,
        COALESCE((SELECT g.generation FROM token_generations g WHERE g.user_id = users.id), 0) AS Generation
        """;

    /// <summary>An account or a contact.</summary>
    public static Task<UserRow?> FindAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<UserRow>(new CommandDefinition(
            $"SELECT {Columns} FROM users WHERE id = @id", new { id }, cancellationToken: cancellationToken));

    public static Task<UserRow?> FindAccountAsync(DbConnection connection, string email, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<UserRow>(new CommandDefinition(
            $"SELECT {Columns} FROM users WHERE email_key = @key AND password_hash IS NOT NULL", new { key = UserRules.EmailKey(email) },
            cancellationToken: cancellationToken));

    /// <param name="email">Null for all.</param>
    /// <param name="cursor">The last id of the page before: ids sort by time of creation.</param>
    public static async Task<IReadOnlyList<UserRow>> ListAccountsAsync(
        DbConnection connection, string? email, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (found, after) = (email is null ? "" : "AND email_key = @key", cursor is null ? "" : "AND id < @cursor");
        return (await connection.QueryAsync<UserRow>(new CommandDefinition(
            $"SELECT {Columns} FROM users WHERE password_hash IS NOT NULL {found} {after} ORDER BY id DESC LIMIT @limit",
            new { key = email is null ? null : UserRules.EmailKey(email), cursor, limit }, cancellationToken: cancellationToken))).AsList();
    }

    public static Task<UserRow?> LockAccountAsync(WriteTransaction transaction, string id) => transaction.FirstOrDefaultAsync<UserRow>(
        $"SELECT {Columns} FROM users WHERE id = @id AND password_hash IS NOT NULL {transaction.Dialect.ForUpdate}", new { id });

    /// <summary>Locks the operators: of two that lose the role at once, the second is the last one.</summary>
    public static Task<IReadOnlyList<string>> LockOperatorsAsync(WriteTransaction transaction) => transaction.QueryAsync<string>(
        $"SELECT id FROM users WHERE roles LIKE '%operator%' ORDER BY id {transaction.Dialect.ForUpdate}");

    /// <returns>False where the address has an account already.</returns>
    public static async Task<bool> TryAddAccountAsync(WriteTransaction transaction, UserRow user, DateTimeOffset now) =>
        await transaction.ExecuteAsync("""
            INSERT INTO users (id, email, email_key, name, language, phone, password_hash, roles, created_at, as_of)
            VALUES (@Id, @Email, @key, @Name, @Language, @Phone, @PasswordHash, @Roles, @now, @now)
            ON CONFLICT (email_key) WHERE password_hash IS NOT NULL DO NOTHING
            """, new
        {
            user.Id, user.Email, key = UserRules.EmailKey(user.Email), user.Name, user.Language, user.Phone, user.PasswordHash, user.Roles, now,
        }) == 1;

    public static Task SetProfileAsync(WriteTransaction transaction, UserRow user, DateTimeOffset now) => transaction.ExecuteAsync(
        "UPDATE users SET name = @Name, language = @Language, phone = @Phone, as_of = @now WHERE id = @Id",
        new { user.Id, user.Name, user.Language, user.Phone, now });

    public static Task SetRolesAsync(WriteTransaction transaction, string id, IEnumerable<string> roles) =>
        transaction.ExecuteAsync("UPDATE users SET roles = @roles WHERE id = @id", new { id, roles = string.Join(' ', roles) });

    /// <summary>Compare-and-set by the hash that was checked.</summary>
    /// <returns>False where the password has changed meanwhile.</returns>
    public static async Task<bool> ChangePasswordAsync(WriteTransaction transaction, string id, string before, string hash) =>
        await transaction.ExecuteAsync(
            "UPDATE users SET password_hash = @hash WHERE id = @id AND password_hash = @before", new { id, before, hash }) == 1;

    /// <summary>The account of an address becomes the operator's, whoever had made it. What its maker entered to be called by goes.</summary>
    public static async Task<string> TakeOverAsync(WriteTransaction transaction, UserRow user) =>
        (await transaction.FirstOrDefaultAsync<string>("""
            UPDATE users SET password_hash = @PasswordHash, roles = @Roles, name = @Name, phone = NULL
            WHERE email_key = @key AND password_hash IS NOT NULL RETURNING id
            """, new { user.PasswordHash, user.Roles, user.Name, key = UserRules.EmailKey(user.Email) }))!;

    /// <summary>Newest wins, whatever the order of the events; an account is never overwritten.</summary>
    public static Task KeepContactAsync(WriteTransaction transaction, UserRegistered contact, DateTimeOffset asOf) => transaction.ExecuteAsync("""
        INSERT INTO users (id, email, email_key, name, language, phone, password_hash, roles, created_at, as_of)
        VALUES (@UserId, @Email, @key, @Name, @language, @Phone, NULL, '', @asOf, @asOf)
        ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_key = excluded.email_key, name = excluded.name,
            language = excluded.language, phone = excluded.phone, as_of = excluded.as_of
        WHERE users.password_hash IS NULL AND users.as_of < excluded.as_of
        """, new
    {
        contact.UserId, contact.Email, key = UserRules.EmailKey(contact.Email), contact.Name,
        language = contact.Language ?? UserRules.DefaultLanguage, contact.Phone, asOf,
    });
}
