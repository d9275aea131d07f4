using System.Globalization;
using CanaryStreams.Core.Signals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CanaryStreams.Cli.Demo;

/// <summary>The demo on the screen: a live table on a terminal, plain lines where the output is none.</summary>
internal static class DemoView
{
    private const int LinesShown = 12;
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromMinutes(5);

    public static Task ShowAsync(DemoWatch watch, TimeProvider time, Func<bool> isOver, CancellationToken stop) =>
        DemoConsole.IsTerminal ? ShowLiveAsync(watch, time, isOver, stop) : ShowPlainAsync(watch, time, isOver, stop);

    private static Task ShowLiveAsync(DemoWatch watch, TimeProvider time, Func<bool> isOver, CancellationToken stop) =>
        DemoConsole
            .Out.Live(Render(watch, time.GetUtcNow()))
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
            .Select(s => $"{s.Metric} {Number(s.Mean)} (expected {Number(s.Expected)}, P {s.Forecast?.PSustained:F2})");
        return $"{Clock(now)}  {rollout.Update.Rollout, -15}  {rollout.Phase} at {rollout.WeightPct} % in "
            + $"{rollout.Cluster}: {string.Join(", ", metrics)}";
    }

    private static Rows Render(DemoWatch watch, DateTimeOffset now)
    {
        var parts = new List<IRenderable> { new Markup($"[grey]event time {Clock(now)}[/]") };
        foreach (var rollout in watch.Rollouts)
            parts.Add(Table(rollout, watch.SignalsOf(rollout)));
        foreach (var line in watch.Lines.TakeLast(LinesShown))
            parts.Add(Markup(line));
        return new Rows(parts);
    }

    private static Table Table(WatchedRollout rollout, IReadOnlyList<Signal> signals)
    {
        var place = rollout.Cluster is { } cluster ? $"{rollout.WeightPct} % in {cluster}, " : "";
        var table = new Table
        {
            Border = TableBorder.Rounded,
            Title = new TableTitle($"[bold]{rollout.Update.Rollout}[/]  {place}{rollout.Phase.EscapeMarkup()}"),
        };
        table.AddColumns("metric", "canary", "expected", "band", "anomaly", "evidence / threshold", "P(sustained)");
        foreach (var signal in signals)
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
        return new Markup($"[grey]{Clock(line.Time)}[/]  [{color}]{Plain(line)[10..].EscapeMarkup()}[/]");
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "–"
        : Math.Abs(value) < 1e-9 ? "0"
        : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset time) => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
