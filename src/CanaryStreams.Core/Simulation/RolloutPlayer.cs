using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>
/// Plays a rollout sample by sample: common-mode load with a day shape, AR(1) noise per arm and minute, Poisson requests,
/// binomial events. Deterministic in the rollout's seed.
/// </summary>
public sealed class RolloutPlayer
{
    private const double CommonAutocorrelation = 0.9;
    private const double LoadDeviation = 0.1;
    private const double StableRunFails = 0.003;
    private const double BothRunsFail = 0.002;
    private const int SamplesPerMinute = 60_000 / SimulatedRollout.SampleMs;

    private readonly SimulatedRollout _rollout;
    private readonly SeededRandom _random;
    private readonly double[] _common;
    private readonly double[] _arms;
    private double _load;
    private int _tick = -SimulatedRollout.HistoryMinutes * SamplesPerMinute;
    private int _run;

    public RolloutPlayer(SimulatedRollout rollout)
    {
        _rollout = rollout;
        _random = new SeededRandom(rollout.Seed);
        _common = new double[rollout.Metrics.Count];
        _arms = new double[2 * rollout.Metrics.Count];
        _load = _random.Normal();
        for (var i = 0; i < _common.Length; i++)
            _common[i] = _random.Normal();
        for (var i = 0; i < _arms.Length; i++)
            _arms[i] = _random.Normal();
    }

    public bool Ended => _tick >= SimulatedRollout.CanaryMinutes * SamplesPerMinute;

    /// <summary>End of the sample interval that <see cref="Next"/> plays, milliseconds since the canary's start.</summary>
    public long NextOffsetMs => (_tick + 1L) * SimulatedRollout.SampleMs;

    /// <summary>Plays the next interval, adding its samples and pairs to the lists.</summary>
    public void Next(List<SimulatedSample> samples, List<SimulatedPair> pairs)
    {
        var minute = (double)_tick / SamplesPerMinute;
        if (_tick % SamplesPerMinute == 0)
            Move();
        var day = 1 + 0.3 * Math.Sin(2 * Math.PI * (_rollout.DayMinute + minute) / 1440);
        var load = day * Math.Exp(LoadDeviation * _load);
        // A sample is what was seen since the one before and bears the end of its interval, a millisecond inside.
        var time = NextOffsetMs - 1;
        for (var track = Track.Stable; track <= Track.Canary; track++)
        {
            var share = _rollout.CanaryShare;
            var perMinute = _rollout.CanaryRequestsPerMinute * (track == Track.Stable ? (1 - share) / share : 1);
            var requests = _random.Poisson(perMinute * load / SamplesPerMinute);
            for (var metric = 0; metric < _rollout.Metrics.Count; metric++)
            {
                var sample = Sample(metric, track, minute, load, requests, time);
                if (!_rollout.IsMissing(track, minute) && sample.Count > 0)
                    samples.Add(sample);
            }
        }
        PlayPairs(minute, time, pairs);
        _tick++;
    }

    private void Move()
    {
        Move(ref _load, CommonAutocorrelation);
        for (var i = 0; i < _common.Length; i++)
            Move(ref _common[i], CommonAutocorrelation);
        for (var i = 0; i < _arms.Length; i++)
            Move(ref _arms[i], _rollout.Noise.Autocorrelation, _rollout.Noise.HeavyTails);
    }

    private void Move(ref double state, double autocorrelation, bool heavyTails = false)
    {
        var shock = heavyTails ? _random.HeavyTailed() : _random.Normal();
        state = autocorrelation * state + Math.Sqrt(1 - autocorrelation * autocorrelation) * shock;
    }

    private SimulatedSample Sample(int index, Track track, double minute, double load, int requests, long time)
    {
        var metric = _rollout.Metrics[index];
        var arm = _arms[2 * index + (int)track];
        var log =
            metric.CommonDeviation * _common[index]
            + metric.ArmDeviation * _rollout.Noise.Scale * arm
            + metric.LoadElasticity * Math.Log(load);
        var level = metric.Level * metric.Factor(track, minute) * Math.Exp(log);
        if (metric.Policy.Kind == MetricKind.Ratio)
        {
            var events = _random.Binomial(requests, Math.Min(level, 0.97));
            return new SimulatedSample(time, track, index, requests == 0 ? 0 : (double)events / requests, requests);
        }
        var observations = metric.Policy.Kind == MetricKind.Gauge ? 1 : requests;
        var noise = metric.ObservationDeviation / Math.Sqrt(Math.Max(observations, 1)) * _random.Normal();
        return new SimulatedSample(time, track, index, level * Math.Max(1 + noise, 0.05), observations);
    }

    private void PlayPairs(double minute, long time, List<SimulatedPair> pairs)
    {
        if (_rollout.PairsPerMinute <= 0 || minute < 0)
            return;
        var canaryFails = minute >= _rollout.RunsFailFromMinute ? _rollout.CanaryRunFails : StableRunFails;
        for (var n = _random.Poisson(_rollout.PairsPerMinute / SamplesPerMinute); n > 0; n--)
        {
            var both = _random.Chance(BothRunsFail);
            var stable = both | _random.Chance(StableRunFails);
            var canary = both | _random.Chance(canaryFails);
            pairs.Add(new SimulatedPair(time, _run++, stable, canary));
        }
    }
}
