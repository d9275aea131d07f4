using System.Collections.Concurrent;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Tests;

public sealed class SeedTests
{
    /// <summary>More of them: <c>make simulate</c>.</summary>
    private const int Seeds = 200;

    [Fact]
    public void Seeds_WithFaultsOfEveryKind_BreakNoInvariant()
    {
        var results = new ConcurrentBag<RunResult>();

        Parallel.For(1, Seeds + 1, seed => results.Add(Run.Of((ulong)seed)));

        results.Where(result => result.Broken is not null).Select(Report).ShouldBeEmpty();
        results.Sum(result => result.InWaves).ShouldBeGreaterThan(Seeds / 4, "too few rollouts go in waves");
        results
            .Sum(result => result.InPart)
            .ShouldBeGreaterThan(Seeds / 10, "too few rollouts go on without a cluster");
        foreach (var kind in Enum.GetValues<FaultKind>())
            results.Sum(result => result.Faults[(int)kind]).ShouldBePositive($"no {kind} was ever injected");
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void Seed_RunTwice_TakesTheSameCourse(ulong seed, bool hasRealLanes)
    {
        var first = Run.Of(seed, hasRealLanes: hasRealLanes);
        var second = Run.Of(seed, hasRealLanes: hasRealLanes);

        second.TraceHash.ShouldBe(first.TraceHash);
        second.Steps.ShouldBe(first.Steps);
        second.Faults.ShouldBe(first.Faults);
        Run.Of(seed + 1, hasRealLanes: hasRealLanes).TraceHash.ShouldNotBe(first.TraceHash);
    }

    [Fact]
    public void Seed_WithRealLanes_EndsItsRolloutsByTheirSignals()
    {
        var lines = new List<string>();

        Run.Of(8, hasRealLanes: true, write: lines.Add).Broken.ShouldBeNull();

        lines.ShouldContain(line => line.Contains("canary.signals") && line.Contains("canary\""));
        lines.ShouldContain(line => line.Contains("saves a snapshot of lane"));
        lines.ShouldContain(line => line.Contains("moves v1 to 10 %"));
    }

    private static string Report(RunResult result) =>
        $"Seed {result.Seed}: {result.What}\n{string.Join('\n', result.History.TakeLast(25))}\n"
        + $"Replay: make simulate SEEDS={result.Seed}..{result.Seed} TRACE=1";
}
