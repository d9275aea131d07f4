using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>Rows of the table that <c>canarystreams evaluate</c> prints, as CSV.</summary>
internal static class EvaluateTable
{
    public const string Header =
        "measure,column,threshold_from,threshold,part,value,precision,recall,found,missed,false";

    private const string Even = "even series";
    private const string Odd = "odd series";
    private const string All = "all";
    private const string Given = "given";
    private const string ChosenElsewhere = "other file";

    /// <summary>One measure at the thresholds of the even series, of all, of other ones and the given one.</summary>
    /// <param name="chooseOn">Other series to choose a threshold on; null where there are none.</param>
    public static IReadOnlyList<string> Thresholds(
        IThresholdMeasure measure,
        string column,
        List<LabelledSeries> series,
        List<LabelledSeries>? chooseOn,
        float given
    )
    {
        var (even, odd) = (EvenOdd.Even(series), EvenOdd.Odd(series));
        var (fromEven, fromAll) = (measure.Best(even), measure.Best(series));
        var lines = new List<string>
        {
            Line(Even, fromEven, Even, even),
            Line(Even, fromEven, Odd, odd),
            Line(All, fromAll, All, series),
            Line(Given, given, Odd, odd),
            Line(Given, given, All, series),
        };
        if (chooseOn is not null)
            lines.Add(Line(ChosenElsewhere, measure.Best(chooseOn), All, series));
        return lines;

        string Line(string from, float threshold, string part, List<LabelledSeries> on)
        {
            var (value, counts) = measure.At(on, threshold);
            var counted = counts is { } c
                ? $"{Format(c.Precision)},{Format(c.Recall)},{c.Found},{c.Missed},{c.False}"
                : ",,,,";
            return $"{measure.Name},{column},{from},{Format(threshold)},{part},{Format(value)},{counted}";
        }
    }

    /// <summary>Means of the measures that need no threshold, over the series that have both classes.</summary>
    /// <param name="buffer">L of VUS-PR; null for the default.</param>
    public static IReadOnlyList<string> Rankings(string column, List<LabelledSeries> series, int? buffer)
    {
        var each = series.AsParallel().AsOrdered().Select(one => RankingMeasures.Of(one, buffer)).ToList();
        var (odd, all) = (RankingMeasures.Mean(EvenOdd.Odd(each)), RankingMeasures.Mean(each));
        return
        [
            Line("AP", Odd, odd.AveragePrecision),
            Line("AP", All, all.AveragePrecision),
            Line("VUS-PR", Odd, odd.VusPr),
            Line("VUS-PR", All, all.VusPr),
        ];

        string Line(string measure, string part, double value) => $"{measure},{column},,,{part},{Format(value)},,,,,";
    }

    /// <summary>Three decimals; empty where a number isn't defined.</summary>
    private static string Format(double number) => double.IsNaN(number) ? "" : number.ToString("0.000");
}
