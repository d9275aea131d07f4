using System.Globalization;
using CanaryStreams.Core.Signals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CanaryStreams.Cli.Demo;

/// <summary>The demo on the screen: a live table on a terminal, plain lines where the output is none.</summary>
internal static class DemoView
{
    private const int LinesMin = 3;
    private const int LinesMax = 12;
    private const double Negligible = 1e-9;
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromMinutes(5);

    public static Task ShowAsync(DemoWatch watch, TimeProvider time, Func<bool> isOver, CancellationToken stop) =>
        DemoConsole.IsTerminal ? ShowLiveAsync(watch, time, isOver, stop) : ShowPlainAsync(watch, time, isOver, stop);

    private static Task ShowLiveAsync(DemoWatch watch, TimeProvider time, Func<bool> isOver, CancellationToken stop) =>
        DemoConsole
            .Out.Live(Render(watch, time.GetUtcNow()))
            .Overflow(VerticalOverflow.Crop)
            .Cropping(VerticalOverflowCropping.Top)
            .StartAsync(async live =>
            {
                while (!isOver())
                {
                    live.UpdateTarget(Render(watch, time.GetUtcNow()));
                    await Task.Delay(RefreshEvery, TimeProvider.System, stop);
                }
                live.UpdateTarget(Render(watch, time.GetUtcNow()));
            });

    private static async Task ShowPlainAsync(
        DemoWatch watch,
        TimeProvider time,
        Func<bool> isOver,
        CancellationToken stop
    )
    {
        var printed = 0;
        var nextStatus = time.GetUtcNow() + StatusEvery;
        bool over;
        do
        {
            over = isOver();
            foreach (var line in watch.Lines.Skip(printed))
            {
                Console.WriteLine(Plain(line));
                printed++;
            }
            if (time.GetUtcNow() >= nextStatus)
            {
                nextStatus += StatusEvery;
                foreach (var rollout in watch.Rollouts.Where(r => r.Outcome is null && r.Cluster is not null))
                    Console.WriteLine(Status(time.GetUtcNow(), rollout, watch.SignalsOf(rollout)));
            }
            await Task.Delay(RefreshEvery, TimeProvider.System, stop);
        } while (!over);
    }

    private static string Plain(DemoLine line)
    {
        var why = line.Why is null ? "" : $"  ({line.Why})";
        return $"{Clock(line.Time)}  {line.Rollout, -15}  {line.Words}{why}";
    }

    private static string Status(DateTimeOffset now, WatchedRollout rollout, IReadOnlyList<Signal> signals)
    {
        var metrics = signals
            .Where(signal => signal.Evidence is not null)
            .Select(s =>
                $"{s.Metric} {Number(s.Mean)} (expected {Number(s.Expected)}, anomaly {s.AnomalyScore:F2}, P {s.Forecast?.PSustained:F2})"
            );
        return $"{Clock(now)}  {rollout.Update.Rollout, -15}  {rollout.Phase} at {rollout.WeightPct} % in "
            + $"{rollout.Cluster}: {string.Join(", ", metrics)}";
    }

    /// <summary>Fits the height of the screen: first fewer lines of what was decided, then the view loses its top.</summary>
    private static Rows Render(DemoWatch watch, DateTimeOffset now)
    {
        var parts = new List<IRenderable> { new Markup($"[grey]event time {Clock(now)}[/]") };
        var height = 1;
        foreach (var rollout in watch.Rollouts)
        {
            var judged = watch.SignalsOf(rollout).Where(signal => signal.Evidence is not null).ToList();
            var isOpen = rollout.Outcome is null && judged.Count > 0;
            parts.Add(new Markup(Title(rollout)));
            if (isOpen)
                parts.Add(Table(judged));
            height += 1 + (isOpen ? judged.Count + 2 : 0);
        }
        var room = Math.Clamp(DemoConsole.Out.Profile.Height - height - 1, LinesMin, LinesMax);
        foreach (var line in watch.Lines.TakeLast(room))
            parts.Add(Markup(line));
        return new Rows(parts);
    }

    private static string Title(WatchedRollout rollout)
    {
        var place = rollout is { Cluster: { } cluster, Outcome: null } ? $"{rollout.WeightPct} % in {cluster}, " : "";
        return $"[bold]{rollout.Update.Rollout}[/]  {place}{rollout.Phase.EscapeMarkup()}";
    }

    private static Table Table(IReadOnlyList<Signal> judged)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true };
        foreach (
            var name in (string[])["metric", "canary", "expected", "band", "anomaly", "e-value / needed", "P(sust.)"]
        )
            table.AddColumn(new TableColumn(name) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var signal in judged)
            table.AddRow(Cells(signal));
        return table;
    }

    private static string[] Cells(Signal signal)
    {
        var isOutside = signal.Mean < signal.Lower || signal.Mean > signal.Upper;
        var evidence = signal.Evidence is { } e
            ? $"{(e.IsAnomaly ? "[red]" : "[default]")}{Number(e.EValue)}[/] / {Number(e.Threshold)}"
            : "";
        return
        [
            signal.Metric.EscapeMarkup(),
            $"{(isOutside ? "[yellow]" : "[default]")}{Number(signal.Mean)}[/]",
            Number(signal.Expected),
            $"{Number(signal.Lower)} … {Number(signal.Upper)}",
            signal.AnomalyScore.ToString("F2", CultureInfo.InvariantCulture),
            evidence,
            signal.Forecast?.PSustained.ToString("F2", CultureInfo.InvariantCulture) ?? "",
        ];
    }

    private static Markup Markup(DemoLine line)
    {
        var color =
            line.Words.StartsWith("rollback", StringComparison.OrdinalIgnoreCase) ? "red"
            : line.Words.StartsWith("promote", StringComparison.Ordinal) ? "green"
            : "default";
        var words = Plain(line)[10..];
        var width = Math.Max(20, DemoConsole.Out.Profile.Width - 11);
        var shown = words.Length <= width ? words : words[..(width - 1)] + "…";
        return new Markup($"[grey]{Clock(line.Time)}[/]  [{color}]{shown.EscapeMarkup()}[/]");
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "–"
        : Math.Abs(value) < Negligible ? "0"
        : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset time) => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
