using System.Globalization;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>Whether the better of two variants wins, and how often one wins that is no better.</summary>
public sealed class VariantStudyTests(ITestOutputHelper output)
{
    private static readonly VariantRates s_good = new();
    private static readonly VariantRates s_bad = new(Errors: 0.015);

    private static readonly VariantCase[] s_different =
    [
        new("0.5 % and 1.5 %, 300 a minute each", s_good, [s_good, s_bad], 300),
        new("the same, 300 a minute in all", s_good, [s_good, s_bad], 150),
        new("300 each, a policy of errors only", s_good, [s_good, s_bad], 300, ErrorsOnly: true),
        new("300 in all, a policy of errors only", s_good, [s_good, s_bad], 150, ErrorsOnly: true),
        new("300 each, slow noise", s_good, [s_good, s_bad], 300, Noise: 1),
        new("300 each, stable at 1.5 % like the worse one", s_bad, [s_good, s_bad], 300),
        new("three: 0.5 %, 1.5 %, 1.5 %, 300 each", s_good, [s_good, s_bad, s_bad], 300),
        new(
            "KPI: conversion 4.5 % and 3 % like stable, 300 each",
            s_good,
            [new(Conversion: 0.045), s_good],
            300,
            Kpis: ["conversion"]
        ),
    ];

    private static readonly VariantCase[] s_alike =
    [
        new("0.5 % both, 300 each", s_good, [s_good, s_good], 300),
        new("0.5 % both, 300 in all", s_good, [s_good, s_good], 150),
        new("0.5 % both, 300 each, slow noise", s_good, [s_good, s_good], 300, Noise: 1),
        new("0.5 % both, 300 each, slow noise three times as large", s_good, [s_good, s_good], 300, Noise: 3),
        new("0.2 % both, stable 0.5 %, 300 each", s_good, [new(Errors: 0.002), new(Errors: 0.002)], 300),
        new("three of 0.5 %, 300 each, slow noise", s_good, [s_good, s_good, s_good], 300, Noise: 1),
        new(
            "0.5 % both and a KPI, 300 each, slow noise",
            s_good,
            [s_good, s_good],
            300,
            Noise: 1,
            Kpis: ["conversion"]
        ),
    ];

    [Fact]
    public void Better_OfTwoThatDifferClearly_Wins()
    {
        var outcomes = Play(s_different[0], seed: 26_001, runs: 12);

        outcomes.ShouldAllBe(outcome => outcome.Winner == "a");
    }

    [Fact]
    public void None_OfTwoThatAreAlike_Wins()
    {
        var outcomes = Play(s_alike[2], seed: 26_002, runs: 12);

        outcomes.ShouldAllBe(outcome => outcome.Winner == null && !outcome.RolledBack);
    }

    /// <summary>Prints the tables of <c>docs/results/variants.md</c>; some twelve minutes on two cores.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Measurement")]
    public void Table()
    {
        output.WriteLine(
            "| variants differ | runs | the better wins | within 10 min | median | 90 % by | by evidence between variants / last left | a worse one wins |"
        );
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var played in s_different)
            output.WriteLine(RowOfDifferent(played, Play(played, seed: 26_300, runs: 400)));
        output.WriteLine(
            "| variants are alike | runs | a winner by stability | of these last left | a winner by KPI | all rolled back |"
        );
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var played in s_alike)
            output.WriteLine(RowOfAlike(played, Play(played, seed: 26_400, runs: 1000)));
    }

    private static string RowOfDifferent(VariantCase played, VariantOutcome[] outcomes)
    {
        var right = outcomes.Where(outcome => outcome.Winner == "a").ToList();
        var minutes = right.Select(outcome => outcome.Minute!.Value).Order().ToList();
        var lastLeft = right.Count(outcome => outcome.Basis == VariantBasis.LastLeft);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {played.Name} | {outcomes.Length} | {100.0 * right.Count / outcomes.Length:0.0} % | "
                + $"{100.0 * minutes.Count(m => m <= 10) / outcomes.Length:0.0} % | {At(minutes, 0.5)} | {At(minutes, 0.9)} | "
                + $"{right.Count - lastLeft} / {lastLeft} | {outcomes.Count(o => o.Winner is not null and not "a")} |"
        );
    }

    private static string RowOfAlike(VariantCase played, VariantOutcome[] outcomes)
    {
        var stable = outcomes.Count(o => o.Basis is VariantBasis.Stability or VariantBasis.LastLeft);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {played.Name} | {outcomes.Length} | {stable} ({100.0 * stable / outcomes.Length:0.0} %) | "
                + $"{outcomes.Count(o => o.Basis == VariantBasis.LastLeft)} | "
                + $"{outcomes.Count(o => o.Basis == VariantBasis.Kpi)} | {outcomes.Count(o => o.RolledBack)} |"
        );
    }

    private static string At(List<int> sorted, double share) =>
        sorted.Count == 0 ? "–" : $"{sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))]} min";

    private static VariantOutcome[] Play(VariantCase played, ulong seed, int runs)
    {
        var outcomes = new VariantOutcome[runs];
        Parallel.For(
            0,
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            run => outcomes[run] = new VariantTrial(played, seed, run).Play()
        );
        return outcomes;
    }
}
