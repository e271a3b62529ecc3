using Microsoft.Data.Sqlite;

namespace RealtimeTours.Tests.Platform.Storage.Inbox;

/// <summary>Somebody else who has the writer's turn of a SQLite file, as a tool may for long.</summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private SqliteWriter(SqliteConnection connection) => _connection = connection;

    public static SqliteWriter Holding(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=false;Default Timeout=60");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return new SqliteWriter(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
