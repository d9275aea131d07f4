using System.Globalization;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Replay;

/// <summary>Says on standard error how far a replay is: on a terminal as it goes, otherwise at its end only.</summary>
internal sealed class ReplayProgress(TextWriter error, bool isTerminal) : IDisposable
{
    private const int Every = 50_000;

    private long _read;

    public IEnumerable<RawRecord> Watch(IEnumerable<RawRecord> records)
    {
        foreach (var record in records)
        {
            if (++_read % Every == 0 && isTerminal)
                error.Write($"\r{_read:N0} records, up to {TimeOf(record)}  ");
            yield return record;
        }
    }

    /// <param name="label">What the line begins with, where there are several.</param>
    public void Summarize(IReadOnlyDictionary<string, long> written, string label = "")
    {
        var parts = written.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => $"{w.Value:N0} of {w.Key}");
        error.WriteLine(
            $"{(isTerminal ? "\r" : "")}{label}{_read:N0} records read; output: {string.Join(", ", parts)}"
        );
    }

    public void Dispose() => error.Flush();

    private static string TimeOf(RawRecord record) =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(record.TimestampMs)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
