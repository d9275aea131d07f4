using CanaryStreams.Cli.Explain;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Engine.Tests.Explain;

public class ExplanationReportTests
{
    [Fact]
    public void Write_ARollback_SaysWhyWhatWasRuledOutWhatElseMovedAndWhatItCost()
    {
        var lines = Write([.. Story.Begun, Story.RolledBack]);

        lines[0]
            .ShouldBe(
                "r1: shop 2.0 over 1.0, rolling back, requested 2026-11-22 10:00, decided 2026-11-22 10:10, 10 min later (UTC)"
            );
        lines[1].ShouldBe("  shop 2.0 rolled back in eu-1: error_rate …");
        lines
            .Skip(3)
            .TakeWhile(line => line.Length > 0)
            .ShouldBe([
                "  metric        error_rate in eu-1",
                "  effect        2.75 points above stable (95 % interval 2.01…3.49); 0.2 points is worth a rollback",
                "  began         10:07, 3 min before; 3 of 3 buckets since then beyond 0.2 points",
                "  how sure      e-value 8103, 500 needed: a healthy canary ever shows as much with a probability of 0.0123 % at most",
                "  lasts         P(it goes on for the next 15 min) 0.93, 0.60 needed",
                "  ruled out     a shared incident: stable went from 0.2 % to 0.21 %, the canary went from 0.2 % to 3 %",
                "  not ruled out a blip: it has lasted 3 min, and blips of up to 3 min are reckoned with here",
                "  unknown       whether it is a warm-up: it began 2 min after the canary, and is too young to tell",
                "  also          latency_ms in eu-1, 63 % of the way to its threshold: 1.2 % above stable (95 % interval -2…4.4)",
                "  not moved     cpu_pct",
                "  unusual       queue of stable in eu-1, which decides nothing: 7, expected about 3",
                "  spent         0.2 % of the 1 % with which a healthy rollout may be rolled back: this metric's share",
            ]);
        lines.ShouldContain(line => line.Contains("● canary"));
    }

    [Fact]
    public void Write_AVariantTakenOut_SaysWhyAndWhichOneWentOn()
    {
        var gone = new VariantRolledBack(
            Story.RolledBack.Time,
            "b",
            "shop 2.0 rolled back in eu-1 (variant b)",
            Story.RolledBack.Evidence
        );
        var selected = new VariantSelected(
            Story.RolledBack.Time,
            "a",
            "it is the only one left",
            VariantBasis.LastLeft
        );

        var lines = Write([.. Story.Begun, gone, selected]);

        lines.ShouldContain("  shop 2.0 rolled back in eu-1 (variant b)");
        lines.ShouldContain(line => line.StartsWith("  how sure      e-value 8103", StringComparison.Ordinal));
        lines.ShouldContain("  variant a selected: it is the only one left");
    }

    [Fact]
    public void Write_ARollback_ShowsTheOtherMetricsOnly()
    {
        var passed = new StepPassed(
            Story.Start.AddMinutes(5),
            "eu-1",
            0,
            TimeSpan.FromMinutes(5),
            false,
            null,
            [Story.Standing("error_rate", 2), Story.Standing("latency_ms", 400)]
        );

        var lines = Write([.. Story.Begun, passed, Story.RolledBack]);

        var table = lines
            .SkipWhile(line => !line.StartsWith("How near the other metrics", StringComparison.Ordinal))
            .ToList();
        table.Count.ShouldBe(5);
        // The furthest that it came was in the step before; where it stands is newer.
        table[2].ShouldContain("latency_ms");
        table[2].ShouldContain("96 %");
        table[2].ShouldContain("400");
        table[3].ShouldContain("cpu_pct");
    }

    [Fact]
    public void Write_APromotedRollout_SaysHowNearEachMetricCame()
    {
        var lines = Write([
            .. Story.Begun,
            new StepPassed(
                Story.Start.AddMinutes(30),
                "eu-1",
                0,
                TimeSpan.FromMinutes(30),
                false,
                null,
                [Story.Standing("error_rate", 1), Story.Standing("latency_ms", 22)]
            ),
            new ClusterPromoted(Story.Start.AddMinutes(31), "eu-1"),
            new RolloutEnded(Story.Start.AddMinutes(31), RolloutOutcome.Promoted),
        ]);

        lines[0].ShouldContain("promoted, requested 2026-11-22 10:00, ended 2026-11-22 10:31, 31 min later");
        lines[1].ShouldBe("  step 1 in eu-1 passed: 30 min observed and healthy");
        lines[3]
            .ShouldBe(
                "Budget: 1 % for the rollout's whole life; 0.2 % to each of 4 metrics in a cluster, 0.2 % to synthetic transactions"
            );
        lines[4].ShouldStartWith("How near each metric came to a rollback");
        lines[6].ShouldStartWith("  latency_ms  eu-1     ██████████░░░░░░░░░░  50 %  22");
        lines[6].ShouldEndWith("0.2 %  +1.2 % (-2…4.4)");
        lines[7].ShouldStartWith("  error_rate  eu-1     ░░░░░░░░░░░░░░░░░░░░   0 %  1");
        lines[7].ShouldEndWith("+1.2 points (-2…4.4)");
    }

    [Fact]
    public void Write_ARunningRollout_SaysWhenItMayPassAndWhatWasNoted()
    {
        var lines = Write([.. Story.Begun, new AnomalyNoted(Story.Start.AddMinutes(10), Story.Errors)]);

        lines[0].ShouldContain("running, requested 2026-11-22 10:00, last event 2026-11-22 10:10");
        lines[1].ShouldContain("error_rate in eu-1 is anomalous");
        lines[2].ShouldBe("  step 1 of 1 in eu-1 at 5 %: passes at 10:30 at the earliest; a verdict is due by 11:00");
        lines[4].ShouldBe("Noted 2026-11-22 10:10 and not acted on, since it was not expected to last");
        lines.ShouldContain(line => line.StartsWith("  not ruled out a blip", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_AHeldRollout_SaysWhyAndHowFarTheEvidenceCame()
    {
        var held = new RolloutHeld(
            Story.Start.AddMinutes(60),
            HoldKind.Inconclusive,
            Story.Start.AddMinutes(60),
            "no verdict",
            null,
            [Story.Standing("error_rate", 22)]
        );

        var lines = Write([.. Story.Begun, held]);

        lines[0].ShouldContain(" held,");
        lines[1].ShouldBe("  held since 2026-11-22 11:00: no verdict");
        lines[2].ShouldStartWith("  step 1 of 1 in eu-1 at 5 %: 60 min of 30 min baked; a person decides");
        lines.ShouldContain(line => line.StartsWith("  error_rate  eu-1     ██████████", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_AWaveThatBakes_NamesItsClusters()
    {
        RolloutEvent[] begun =
        [
            .. Story.Begun.Select(e =>
                e is RolloutPlanned { Plan.Clusters: [var one] } planned
                    ? planned with
                    {
                        Plan = planned.Plan with
                        {
                            Clusters = [one with { Wave = 1 }, one with { Name = "us-1", Wave = 1 }],
                        },
                    }
                    : e
            ),
        ];

        var lines = Write(begun);

        lines[1].ShouldStartWith("  step 1 of 1 in eu-1 and us-1 at 5 %: passes at 10:30 at the earliest");
    }

    [Fact]
    public void Write_ARefusedRollout_SaysWhy()
    {
        var lines = Write([new RolloutRefused(Story.Start, "r1", "shop", "2.0", "busy")]);

        lines.ShouldBe(["r1: shop 2.0, refused, requested 2026-11-22 10:00", "  refused: busy", ""]);
    }

    [Fact]
    public void Write_EventsOfAnEarlierVersion_WithoutExplanations()
    {
        RolloutEvent[] old =
        [
            .. Story.Begun.Select(e => e is RolloutPlanned planned ? planned with { Budget = null } : e),
            Story.RolledBack with
            {
                Evidence = [Story.Errors with { Explanation = null }],
                Others = null,
                Unusual = null,
                Budget = null,
            },
        ];

        var lines = Write(old);

        lines.ShouldContain(line => line.StartsWith("  how sure", StringComparison.Ordinal));
        lines.ShouldContain("Budget: 1 % for the rollout's whole life");
        lines.ShouldAllBe(line => !line.Contains("ruled out") && !line.Contains('●'));
    }

    [Theory]
    [InlineData(Ruling.Possible, 2, 0.3, "and its last minutes show 30 % of its first half")]
    [InlineData(Ruling.RuledOut, 2, 1, "and hasn't decayed")]
    [InlineData(Ruling.RuledOut, 2, 3, "and has grown since")]
    [InlineData(Ruling.RuledOut, 2, double.NaN, "and has grown since")]
    [InlineData(Ruling.RuledOut, 40, 0.3, "it began 40 min after the canary")]
    public void Write_AWarmUp_SaysHowItDecays(Ruling ruling, double began, double share, string expected)
    {
        var explanation = Story.Errors.Explanation! with { WarmUp = new WarmUpCheck(ruling, began, share) };
        var decided = Story.RolledBack with { Evidence = [Story.Errors with { Explanation = explanation }] };

        Write([.. Story.Begun, decided]).Single(line => line.Contains("a warm-up")).ShouldEndWith(expected);
    }

    private static string[] Write(IReadOnlyList<RolloutEvent> events)
    {
        using var output = new StringWriter();
        ExplanationReport.Write("r1", events, output);
        return output.ToString().ReplaceLineEndings("\n").Split('\n');
    }
}
