using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Tests.Journal;

/// <summary>A SQLite file, opened beside the journal that has it open: to look into it and to damage it.</summary>
internal static class SqliteFile
{
    /// <returns>How many rows were changed.</returns>
    public static int Execute(string file, string sql, object? parameters = null)
    {
        using var connection = Open(file);
        return connection.Execute(sql, parameters);
    }

    public static long Ask(string file, string sql)
    {
        using var connection = Open(file);
        return connection.ExecuteScalar<long>(sql);
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }
}
