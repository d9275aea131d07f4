using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Tests.Evidence;

/// <summary>
/// The hidden Markov model of <see cref="RatioModel"/> for buckets of one minute, written as its definition reads: one
/// transition probability from each state to each, one likelihood for each state and bucket.
/// </summary>
internal sealed class SlowRatioModel
{
    private readonly record struct State(string Condition, int Size, int Rate, int Ratio);

    private readonly RatioGrid _grid;
    private readonly BlipProfile _blips;
    private readonly int _phases;
    private readonly double[] _kernel = Persistence.Transition(RatioGrid.Ratios, 0.8);
    private Dictionary<State, double> _mass = [];

    public SlowRatioModel(RatioGrid grid, BlipProfile blips)
    {
        _grid = grid;
        _blips = blips;
        _phases = (int)blips.LongestMinutes;
        var blip = Math.Max(0.15 * 0.5, 2 * Math.Ceiling(blips.LongestMinutes) * blips.HazardPerMinute);
        var stationary = Persistence.Stationary(RatioGrid.Ratios);
        for (var i = 0; i < RatioGrid.Usual; i++)
        for (var j = 0; j < RatioGrid.Ratios; j++)
        {
            var weight = RatioGrid.UsualWeights[i] * stationary[j];
            _mass[new("healthy", 0, i, j)] = (0.67 - blip) * weight;
            _mass[new("harmless", 0, i, j)] = 0.25 * weight;
            _mass[new("warm-up", 0, i, j)] = 0.08 * weight;
            _mass[new("blip", 0, i, j)] = blip * weight;
        }
    }

    public double Observe(int minute, double c, double n, double s, double m)
    {
        if (minute > 0)
            _mass = Moved(minute);
        var begun = OnsetPrior.Between(minute - 1, minute, 1);
        foreach (var (state, mass) in _mass.Where(x => x.Key.Condition != "fault").ToList())
            for (var size = 0; size < RatioGrid.FaultSizes; size++)
                Add(_mass, new("fault", size, state.Rate, state.Ratio), mass * begun * RatioGrid.SizeWeights[size]);
        foreach (var state in _mass.Keys.ToList())
            _mass[state] *= Likelihood(state, minute, c, n, s, m);
        var healthy = _mass.Where(x => x.Key.Condition != "fault").Sum(x => x.Value);
        foreach (var state in _mass.Keys.ToList())
            _mass[state] /= healthy;
        var fault = _mass.Where(x => x.Key.Condition == "fault").Sum(x => x.Value);
        return Math.Log(fault + 1 - OnsetPrior.Begun(minute, 1));
    }

    private static void Add(Dictionary<State, double> mass, State state, double more) =>
        mass[state] = mass.GetValueOrDefault(state) + more;

    private Dictionary<State, double> Moved(int minute)
    {
        var moved = new Dictionary<State, double>();
        foreach (var (state, mass) in _mass)
        foreach (var (condition, size, p) in Conditions(state, minute))
            for (var rate = 0; rate < _grid.Rates.Length; rate++)
            for (var ratio = 0; ratio < RatioGrid.Ratios; ratio++)
                Add(
                    moved,
                    new(condition, size, rate, ratio),
                    mass * p * RateMoves(state.Rate, rate) * _kernel[state.Ratio * RatioGrid.Ratios + ratio]
                );
        return moved;
    }

    private double RateMoves(int from, int to)
    {
        var incidents = _grid.Rates.Length - RatioGrid.Usual;
        if (from < RatioGrid.Usual)
            return to >= RatioGrid.Usual ? 0.001 / incidents
                : from == to ? 0.999
                : 0;
        return to < RatioGrid.Usual ? RatioGrid.UsualWeights[to] / 6
            : from == to ? 5.0 / 6
            : 0;
    }

    private IEnumerable<(string, int, double)> Conditions(State state, int minute)
    {
        var hazard = Math.Max(_blips.HazardPerMinute, 0.15 * OnsetPrior.Between(minute - 1, minute, 1));
        var leaveHealthy = new (string, int, double)[]
        {
            ("blip", 0, hazard),
            ("harmless", 0, 0.001),
            ("healthy", 0, 1 - hazard - 0.001),
        };
        switch (state.Condition)
        {
            case "healthy":
                return leaveHealthy;
            case "blip":
                var last = state.Size == _phases - 1;
                var on = last && !_blips.Seen ? 0.25 : 0.6;
                return leaveHealthy
                    .Select(x => (x.Item1, x.Item2, x.Item3 * (1 - on)))
                    .Append(("blip", last ? state.Size : state.Size + 1, on));
            case "fault" when state.Size < RatioGrid.FaultSizes - 1:
                return [("fault", state.Size, 0.98), ("fault", state.Size + 1, 0.02)];
            case "warm-up" when minute > 15:
                return [("healthy", 0, 1)];
            default:
                return [(state.Condition, state.Size, 1)];
        }
    }

    private double Likelihood(State state, int minute, double c, double n, double s, double m)
    {
        var rate = _grid.Rates[state.Rate];
        double One(double shift)
        {
            var x = _grid.RatioLogs[state.Ratio] + shift;
            var expected = rate * (m + n * Math.Exp(x));
            return Math.Exp(c * x + (c + s) * Math.Log(rate) - (12 + c + s) * Math.Log(12 + expected));
        }
        double Fault(int size) => One(_grid.FaultLogs[size * _grid.Rates.Length + state.Rate]);
        switch (state.Condition)
        {
            case "harmless":
                return One(_grid.HarmlessLog);
            case "warm-up":
                return One(_grid.WarmUpLog * Math.Exp(-minute / 3.0));
            case "blip":
                var weights = Enumerable
                    .Range(0, RatioGrid.FaultSizes)
                    .Select(r => r < 2 || _grid.Sizes[r] <= 4 * _blips.Largest ? 1 : 0.001)
                    .ToArray();
                return weights.Select((w, size) => w / weights.Sum() * Fault(size)).Sum();
            case "fault":
                return Fault(state.Size);
            default:
                return One(0);
        }
    }
}
