using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

/// <summary>Small series made by hand.</summary>
internal static class Points
{
    public const long MinuteMs = 60_000;

    /// <summary>One point every <paramref name="stepMinutes"/> from the epoch on.</summary>
    /// <param name="labels">A text as long as the values: <c>x</c> is labelled, <c>?</c> ignored, anything else neither.</param>
    public static LabelledPoints Of(double[] values, string labels, int stepMinutes = 1, string set = "set") =>
        new(
            set,
            "id",
            [.. values.Select((_, i) => i * stepMinutes * MinuteMs)],
            values,
            [.. labels.Select(c => c == 'x')],
            [.. labels.Select(c => c == '?')]
        );

    /// <summary>Labels as in <see cref="Of"/>, values that don't matter.</summary>
    public static LabelledPoints Labelled(string labels, int stepMinutes = 1, string set = "set") =>
        Of([.. labels.Select((_, i) => (double)i)], labels, stepMinutes, set);
}
