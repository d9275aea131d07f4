using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.History;

/// <summary>
/// Lines of CSV as the objects that they would be in JSON: a column is named by the path of its field, as
/// <c>change.lines</c>, <c>cluster.name</c> or <c>metrics.error_rate.before</c>. An empty cell is an absent field.
/// </summary>
internal sealed class HistoryCsv
{
    private const int ColumnsMax = 200;

    private static readonly HashSet<string> s_texts =
    [
        "rollout",
        "app",
        "outcome",
        "cluster.name",
        "cluster.hardware",
        "cluster.region",
        "cluster.network",
        "cluster.kernel",
    ];

    private static readonly HashSet<string> s_values =
    [
        "time",
        "order",
        "change.files",
        "change.lines",
        "change.dependencies",
        "change.schema",
        "change.configOnly",
        "cluster.loadPct",
        "cluster.instances",
        "cluster.memoryGb",
    ];

    private readonly string[] _columns;

    private HistoryCsv(string[] columns) => _columns = columns;

    /// <param name="error">Why the header can't be used; null where it can.</param>
    public static HistoryCsv? Of(ReadOnlySpan<byte> header, out string? error)
    {
        var columns = Split(header);
        error = columns is null ? "a quote isn't closed" : Problem(columns);
        return error is null ? new HistoryCsv(columns!) : null;
    }

    /// <param name="error">Why the line can't be used; null where it can.</param>
    public ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> line, out string? error)
    {
        var cells = Split(line);
        error =
            cells is null ? "a quote isn't closed"
            : cells.Length != _columns.Length ? $"{cells.Length} fields where the header has {_columns.Length}"
            : null;
        if (error is not null)
            return default;
        var root = new JsonObject();
        foreach (var (column, cell) in _columns.Zip(cells!).Where(pair => pair.Second.Length > 0))
            Put(root, column, cell);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            root.WriteTo(json);
        return buffer.WrittenMemory;
    }

    private static void Put(JsonObject root, string column, string cell)
    {
        var path = Path(column);
        var at = root;
        foreach (var name in path[..^1])
        {
            if (at[name] is not JsonObject inner)
                at[name] = inner = [];
            at = inner;
        }
        at[path[^1]] = s_texts.Contains(column) ? cell : Value(cell);
    }

    /// <summary>A number or a truth where it looks like one; whatever else is left for the record's reader to refuse.</summary>
    private static JsonValue Value(string cell) =>
        bool.TryParse(cell, out var truth) ? JsonValue.Create(truth)
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? JsonValue.Create(number)
        : JsonValue.Create(cell)!;

    /// <summary>A metric's name may hold dots.</summary>
    private static string[] Path(string column) =>
        column.StartsWith("metrics.", StringComparison.Ordinal)
            ? ["metrics", column[8..column.LastIndexOf('.')], column[(column.LastIndexOf('.') + 1)..]]
            : column.Split('.');

    private static string? Problem(string[] columns)
    {
        if (columns.Length > ColumnsMax)
            return $"more than {ColumnsMax} columns";
        if (columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"column '{twice.Key}' is there twice";
        if (Array.Find(columns, name => !IsKnown(name)) is { } unknown)
            return $"unknown column '{unknown}'; there are {string.Join(", ", s_texts.Concat(s_values))}, "
                + "metrics.NAME.before and metrics.NAME.after";
        return null;
    }

    private static bool IsKnown(string column) =>
        s_texts.Contains(column)
        || s_values.Contains(column)
        || (
            column.Length > "metrics..after".Length
            && column.StartsWith("metrics.", StringComparison.Ordinal)
            && (
                column.EndsWith(".before", StringComparison.Ordinal)
                || column.EndsWith(".after", StringComparison.Ordinal)
            )
        );

    private static string[]? Split(ReadOnlySpan<byte> line)
    {
        Span<Range> ranges = stackalloc Range[ColumnsMax + 1];
        var count = CsvFields.Split(line, ranges);
        if (count < 0)
            return null;
        var cells = new string[count];
        for (var i = 0; i < count; i++)
            cells[i] = CsvFields.Text(line[ranges[i]]).Trim();
        return cells;
    }
}
