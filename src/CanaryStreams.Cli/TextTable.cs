namespace CanaryStreams.Cli;

/// <summary>Rows of text in columns that are as wide as they have to be.</summary>
internal static class TextTable
{
    /// <param name="rows">At least one, all of the same length; the header first.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Count).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    public static void Write(TextWriter output, IReadOnlyList<IReadOnlyList<string>> rows, string indent = "")
    {
        foreach (var line in Lines(rows))
            output.WriteLine(indent + line);
    }
}
