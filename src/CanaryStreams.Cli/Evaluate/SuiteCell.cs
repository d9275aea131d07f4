namespace CanaryStreams.Cli.Evaluate;

/// <summary>One number of the side-by-side table.</summary>
/// <param name="Odd">Of the odd series, at the threshold of the even ones.</param>
/// <param name="All">Of all, at the threshold best on all.</param>
internal readonly record struct SuiteCell(double Odd, double All)
{
    /// <summary>Whether 100 is perfect; otherwise 1 is.</summary>
    public bool IsPerCent { get; init; }

    public override string ToString() => $"{Format(Odd)} ({Format(All)})";

    private string Format(double number) => double.IsNaN(number) ? "–" : number.ToString(IsPerCent ? "0.0" : "0.000");
}
