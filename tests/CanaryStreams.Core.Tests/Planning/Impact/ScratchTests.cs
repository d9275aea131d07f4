using System.Diagnostics;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public sealed class ScratchTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Measure(ulong seed)
    {
        var scenario = FleetScenario.Draw(seed, 800);
        var oracle = scenario.Updates.Skip(400).SelectMany(u => u.App.Clusters.Select((c, i) => (P: FaultOdds.Of(u.Change, u.App.Frailty).Where(o => o.Fault.Hurts(c.ProfileAt(u.RequestMs))).Sum(o => o.Probability), Failed: u.Hurt[i]))).ToList();
        var orate = oracle.Average(c => c.Failed ? 1.0 : 0);
        Console.WriteLine($"seed {seed} oracle rate {orate:0.000} mean {oracle.Average(c => c.P):0.000} skill {1 - oracle.Average(c => Math.Pow(c.P - (c.Failed ? 1 : 0), 2)) / (orate * (1 - orate)):0.000}");
        foreach (var n in new[] { 0, 50, 200, 300 })
        {
            var since = Stopwatch.GetTimestamp();
            var trained = ImpactTrainer.Train(scenario.Updates.Take(n).SelectMany(FleetRows.Seen), 1);
            var took = Stopwatch.GetElapsedTime(since);
            var cases = scenario.Updates.Skip(400).SelectMany(FleetRows.All)
                .Select(r => (P: trained.Model.Predict(r.App, r.Change, r.Cluster, trained.Model.History).PFailure, r.Failed)).ToList();
            var rate = cases.Average(c => c.Failed ? 1.0 : 0);
            var brier = cases.Average(c => Math.Pow(c.P - (c.Failed ? 1 : 0), 2));
            var skill = 1 - brier / (rate * (1 - rate));
            Console.WriteLine($"seed {seed} n {n} rows {trained.Model.Rows} took {took.TotalSeconds:0.00} rate {rate:0.000} mean {cases.Average(c => c.P):0.000} skill {skill:0.000} cv {trained.Card.BrierSkill:0.000} sds {trained.Card.CommonSd} {trained.Card.TraitSd}");
            Console.WriteLine("   " + string.Join(" ", CalibrationBin.Of(cases).Select(b => $"{b.From:0.0}:{b.Cases}:{b.Predicted:0.00}/{b.Observed:0.00}")));
        }
    }
}
