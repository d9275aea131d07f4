using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Simulation;

/// <summary>A simulated rollout as closed buckets, without the way through records: what studies and training look at.</summary>
public sealed class SimulatedBuckets
{
    private readonly Arm[][][] _arms;

    private SimulatedBuckets(SimulatedRollout rollout, Arm[][][] arms, SimulatedPair[] pairs)
    {
        Rollout = rollout;
        _arms = arms;
        Pairs = pairs;
    }

    public SimulatedRollout Rollout { get; }

    /// <summary>Synthetic pairs, by time.</summary>
    public IReadOnlyList<SimulatedPair> Pairs { get; }

    /// <summary>Stable's buckets of one minute before the canary, oldest first.</summary>
    public IReadOnlyList<Arm> StableHistory(int metric) => _arms[metric][0][..SimulatedRollout.HistoryMinutes];

    /// <summary>Both arms' bucket of the given minute of the canary; its end is that of the minute since its start.</summary>
    public ArmsBucket Bucket(int metric, int minute)
    {
        var at = SimulatedRollout.HistoryMinutes + minute;
        return new ArmsBucket((minute + 1) * 60_000L, _arms[metric][0][at], _arms[metric][1][at]);
    }

    public static SimulatedBuckets Play(SimulatedRollout rollout)
    {
        const int Minutes = SimulatedRollout.HistoryMinutes + SimulatedRollout.CanaryMinutes;
        var cells = new List<SimulatedSample>[rollout.Metrics.Count, 2, Minutes];
        var samples = new List<SimulatedSample>();
        var pairs = new List<SimulatedPair>();
        for (var player = new RolloutPlayer(rollout); !player.Ended; )
        {
            samples.Clear();
            player.Next(samples, pairs);
            foreach (var sample in samples)
            {
                var minute = (int)(sample.OffsetMs / 60_000.0 + SimulatedRollout.HistoryMinutes);
                (cells[sample.Metric, (int)sample.Track, minute] ??= []).Add(sample);
            }
        }
        var arms = new Arm[rollout.Metrics.Count][][];
        for (var metric = 0; metric < arms.Length; metric++)
        {
            arms[metric] = [new Arm[Minutes], new Arm[Minutes]];
            for (var track = 0; track < 2; track++)
            for (var minute = 0; minute < Minutes; minute++)
                arms[metric][track][minute] = Close(cells[metric, track, minute]);
        }
        return new SimulatedBuckets(rollout, arms, [.. pairs]);
    }

    private static Arm Close(List<SimulatedSample>? samples)
    {
        if (samples is null)
            return Arm.Empty;
        var count = samples.Sum(s => (double)s.Count);
        var mean = samples.Sum(s => s.Value * s.Count) / count;
        var plain = samples.Average(s => s.Value);
        var variance = samples.Sum(s => (s.Value - plain) * (s.Value - plain)) / (samples.Count - 1);
        return new Arm(count, mean, samples.Count, samples.Count > 1 ? variance : double.NaN);
    }
}
