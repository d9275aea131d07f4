using System.Text;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Plot;

/// <summary>Which series to draw, what part of it and where to.</summary>
/// <param name="Path">File for the SVG; <c>-</c> for standard output.</param>
internal sealed record PlotRequest(string SeriesId, string Path)
{
    private const int NameCharsMax = 120;

    /// <summary>Unix milliseconds from which points are drawn.</summary>
    public long FromMs { get; init; } = long.MinValue;

    /// <summary>Unix milliseconds up to which they are, inclusive.</summary>
    public long ToMs { get; init; } = long.MaxValue;

    /// <summary>Score in (0,1) from which an onset opens an alert: where the line is drawn.</summary>
    public double Threshold { get; init; } = ScorerSettings.Full.Threshold;

    public bool Holds(long timeMs) => timeMs >= FromMs && timeMs <= ToMs;

    /// <summary>A file name that every system takes, made of a series' id.</summary>
    public static string FileName(string seriesId)
    {
        var name = new StringBuilder(seriesId.Length + 4);
        foreach (var c in seriesId.AsSpan(0, Math.Min(seriesId.Length, NameCharsMax)))
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_');
        // A leading dot would hide the file, a leading dash looks like an option to whatever opens it.
        if (name.Length > 0 && name[0] is '.' or '-')
            name[0] = '_';
        return name.Append(".svg").ToString();
    }
}
