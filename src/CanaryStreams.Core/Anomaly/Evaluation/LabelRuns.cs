namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>Labelled events: runs of consecutive labelled points.</summary>
internal static class LabelRuns
{
    /// <summary>First point of each run and the one behind its last, in order.</summary>
    public static List<(int Start, int End)> Of(ReadOnlySpan<bool> labels)
    {
        var runs = new List<(int Start, int End)>();
        for (var i = 0; i < labels.Length; )
        {
            var next = labels[i..].IndexOf(true);
            if (next < 0)
                break;
            var start = i + next;
            var length = labels[start..].IndexOf(false);
            i = length < 0 ? labels.Length : start + length;
            runs.Add((start, i));
        }
        return runs;
    }
}
