using Npgsql;
using NpgsqlTypes;

namespace CanaryStreams.Engine.Journal;

/// <summary>Parameters by their place ($1, $2, …), and columns of many rows as arrays.</summary>
internal static class PostgresParameters
{
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static NpgsqlCommand WithArray<TRow, T>(
        this NpgsqlCommand command,
        NpgsqlDbType type,
        IReadOnlyList<TRow> rows,
        Func<TRow, T> column
    )
    {
        var values = new T[rows.Count];
        for (var row = 0; row < values.Length; row++)
            values[row] = column(rows[row]);
        command.Parameters.Add(
            new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values }
        );
        return command;
    }
}
