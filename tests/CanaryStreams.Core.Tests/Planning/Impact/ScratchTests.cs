using System.Diagnostics;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public sealed class ScratchTests
{
    private static double Loss(double p, bool f) => -Math.Log(f ? p : 1 - p);

    [Fact]
    public void Measure()
    {
        var from = ulong.Parse(Environment.GetEnvironmentVariable("FROM") ?? "1");
        var to = ulong.Parse(Environment.GetEnvironmentVariable("TO") ?? "10");
        var sums = new SortedDictionary<string, List<double>>();
        void Add(string key, double v)
        {
            if (!sums.TryGetValue(key, out var l))
                sums[key] = l = [];
            l.Add(v);
        }
        var all = new Dictionary<int, List<(double, bool)>>();
        for (var seed = from; seed <= to; seed++)
        {
            var scenario = FleetScenario.Draw(seed, 800);
            var oracle = scenario
                .Updates.Skip(400)
                .SelectMany(u =>
                    u.App.Clusters.Select(
                        (c, i) =>
                            (
                                P: FaultOdds
                                    .Of(u.Change, u.App.Frailty)
                                    .Where(o => o.Fault.Hurts(c.ProfileAt(u.RequestMs)))
                                    .Sum(o => o.Probability),
                                Failed: u.Hurt[i]
                            )
                    )
                )
                .ToList();
            var rate = oracle.Average(c => c.Failed ? 1.0 : 0);
            double Skill(IEnumerable<(double P, bool Failed)> cases)
            {
                var l = cases.ToList();
                var r = l.Average(c => c.Failed ? 1.0 : 0);
                return 1 - l.Average(c => Math.Pow(c.P - (c.Failed ? 1 : 0), 2)) / (r * (1 - r));
            }
            Add("oracle skill", Skill(oracle));
            Add("oracle loss", oracle.Average(c => Loss(c.P, c.Failed)));
            Add("rate", rate);
            foreach (var n in new[] { 0, 25, 50, 200, 300 })
            {
                var since = Stopwatch.GetTimestamp();
                var trained = ImpactTrainer.Train(scenario.Updates.Take(n).SelectMany(FleetRows.Seen), 1);
                var took = Stopwatch.GetElapsedTime(since).TotalSeconds;
                var model = trained.Model;
                var cases = scenario
                    .Updates.Skip(400)
                    .SelectMany(FleetRows.All)
                    .Select(r => (P: model.Predict(r.App, r.Change, r.Cluster).PFailure, r.Failed))
                    .ToList();
                var seq = new List<(double P, bool Failed)>();
                foreach (var u in scenario.Updates.Skip(400))
                {
                    var rows = FleetRows.Seen(u).ToList();
                    var b = model.Begin(u.App.Name, u.Change, [.. rows.Select(r => r.Cluster)]);
                    foreach (var r in rows)
                    {
                        seq.Add((b.PFailure(r.Cluster.Name), r.Failed));
                        b = b.After(r.Cluster.Name, r.Failed);
                    }
                }
                Add($"n{n:000} took", took);
                Add($"n{n:000} skill", Skill(cases));
                Add($"n{n:000} loss", cases.Average(c => Loss(c.P, c.Failed)));
                Add($"n{n:000} mean", cases.Average(c => c.P));
                Add($"n{n:000} seqskill", Skill(seq));
                Add($"n{n:000} seqloss", seq.Average(c => Loss(c.P, c.Failed)));
                if (!all.ContainsKey(n))
                    all[n] = [];
                all[n].AddRange(cases);
            }
        }
        foreach (var (k, v) in sums)
            Console.WriteLine($"{k, -16} {v.Average():0.0000}  min {v.Min():0.000} max {v.Max():0.000}");
        foreach (var (n, c) in all)
            Console.WriteLine(
                $"n{n} "
                    + string.Join(
                        " ",
                        CalibrationBin.Of(c).Select(b => $"{b.From:0.0}:{b.Cases}:{b.Predicted:0.00}/{b.Observed:0.00}")
                    )
            );
    }
}
