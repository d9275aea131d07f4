using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>
/// One arm of one metric, gathered into minutes since the canary's start; negative ones are before it, and what is
/// outside of history and canary isn't kept.
/// </summary>
internal sealed class MinuteSeries
{
    private const int First = -SimulatedRollout.HistoryMinutes;

    private readonly (double Sum, double Count)[] _minutes = new (double, double)[
        SimulatedRollout.HistoryMinutes + SimulatedRollout.CanaryMinutes
    ];

    /// <param name="value">Mean of <paramref name="count"/> observations; a ratio's share of that many trials.</param>
    public void Add(int minute, double value, double count)
    {
        if (minute - First < 0 || minute - First >= _minutes.Length)
            return;
        ref var sums = ref _minutes[minute - First];
        sums = (sums.Sum + value * count, sums.Count + count);
    }

    /// <summary>The means of the minutes from <paramref name="from"/> to before <paramref name="to"/> that have any.</summary>
    public double[] Values(int from, int to) => [.. Enumerable.Range(from, to - from).Select(Value).OfType<double>()];

    /// <summary>Null where nothing was said in that minute.</summary>
    public double? Value(int minute)
    {
        var (sum, count) = _minutes[minute - First];
        return count > 0 ? sum / count : null;
    }
}
