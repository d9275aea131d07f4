namespace CanaryStreams.Cli.Plot;

/// <summary>Where things stand in the drawing, in pixels.</summary>
internal sealed class PlotLayout
{
    public const double Width = 1200;
    public const double Height = 590;
    public const double TitleY = 28;
    public const double SubtitleY = 48;
    public const double OnsetLabelY = 73;
    public const double Right = 1148;
    public const double ValueTop = 88;
    public const double ValueBottom = 410;
    public const double ScoreTop = 430;
    public const double ScoreBottom = 540;
    public const double TimeY = 556;
    public const double DateY = 572;

    /// <summary>No label of 11 px is wider a character: what is computed with it doesn't overlap.</summary>
    public const double CharWidth = 6.9;

    private const double LeftMin = 72;

    // Room so that a mark on the first or the last point isn't cut.
    private const double Inset = 5;

    /// <param name="labelChars">Longest label of the value axis.</param>
    public PlotLayout(PlotData data, ValueRange range, int labelChars)
    {
        Left = Math.Max(LeftMin, 22 + (labelChars * CharWidth));
        var (from, to) = (data.FromMs, data.ToMs);
        // A single point stands in the middle of a minute.
        if (from == to)
            (from, to) = (from - 30_000, to + 30_000);
        (FromMs, ToMs) = (from, to);
        X = new LinearScale(from, to, Left + Inset, Right - Inset);
        Value = new LinearScale(range.Low, range.High, ValueBottom, ValueTop);
        Score = new LinearScale(0, 1, ScoreBottom, ScoreTop);
    }

    public double Left { get; }

    public long FromMs { get; }

    public long ToMs { get; }

    public LinearScale X { get; }

    public LinearScale Value { get; }

    public LinearScale Score { get; }

    /// <summary>Height of a value; one far outside just beyond the edge, as viewers fail at huge coordinates.</summary>
    public double ValueY(double value) => Math.Clamp(Value[value], ValueTop - 20, ValueBottom + 20);

    public bool IsAbove(double value) => value > Value.DataTo;

    public bool IsBelow(double value) => value < Value.DataFrom;
}
