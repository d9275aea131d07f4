namespace CanaryStreams.Cli.Plot;

/// <summary>The axis that both panels share: a line through them and a label below at each tick.</summary>
internal static class TimeAxis
{
    private const string Zone = "UTC";
    private const double ZoneX = 22;
    private const double LabelDistance = 18;
    private const int TickCountMax = 16;

    public static void Draw(SvgText svg, PlotLayout layout)
    {
        var ticks = Ticks(layout);
        var times = new LabelLane(0, PlotLayout.Width);
        foreach (var tick in ticks)
        {
            var x = layout.X[tick.TimeMs];
            svg.Line("grid", x, PlotLayout.ValueTop, x, PlotLayout.ValueBottom);
            svg.Line("grid", x, PlotLayout.ScoreTop, x, PlotLayout.ScoreBottom + 4);
            if (times.TryPlace(x - (Width(tick.Label) / 2), Width(tick.Label)))
                svg.Label("time middle", x, PlotLayout.TimeY, tick.Label);
        }
        // The heading says it too.
        if (times.TryPlace(ZoneX, Width(Zone)))
            svg.Label("zone", ZoneX, PlotLayout.TimeY, Zone);

        var dates = new LabelLane(0, PlotLayout.Width);
        // From the right, as the first date is told by the one that follows at midnight.
        foreach (var tick in ticks.Reverse().Where(tick => !string.IsNullOrEmpty(tick.Context)))
        {
            var x = layout.X[tick.TimeMs];
            if (dates.TryPlace(x - (Width(tick.Context!) / 2), Width(tick.Context!)))
                svg.Label("date middle", x, PlotLayout.DateY, tick.Context!);
        }
    }

    /// <summary>As many ticks as there is room for their labels.</summary>
    private static IReadOnlyList<TimeTick> Ticks(PlotLayout layout)
    {
        for (var countMax = TickCountMax; ; countMax--)
        {
            var ticks = TimeTicks.Between(layout.FromMs, layout.ToMs, countMax);
            var room = ticks
                .Zip(ticks.Skip(1), (one, next) => layout.X[next.TimeMs] - layout.X[one.TimeMs])
                .DefaultIfEmpty(double.PositiveInfinity)
                .Min();
            if (countMax == 1 || ticks.All(tick => Width(tick.Label) + LabelDistance <= room))
                return ticks;
        }
    }

    private static double Width(string text) => text.Length * PlotLayout.CharWidth;
}
