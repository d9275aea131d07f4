using CanaryStreams.Cli.Rollout;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Supervision;

namespace CanaryStreams.Engine.Tests.Explain;

/// <summary>A rollout of which a cluster is out while others go on, as people are shown it.</summary>
public sealed class PartlyRolledBackTests : IDisposable
{
    private static readonly string[] s_clusters = ["eu-1", "us-1", "ap-1"];
    private readonly MemoryJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void Reports_OfAPartlyWithdrawnRollout_ShowWhatIsOutBesideWhatGoesOn()
    {
        Run(until: 28);

        Lines(RolloutReport.List)[1].ShouldContain("running  5 % in ap-1, out of us-1");
        var shown = Lines((reader, output) => RolloutReport.Show(reader, "r1", output));
        shown.ShouldContain(line => line.StartsWith("  us-1             rolled back    0 %"));
        shown.ShouldContain(line =>
            line.StartsWith("    out since 2026") && line.Contains("checkout 2.0 rolled back in us-1")
        );
        var explained = Lines((reader, output) => RolloutReport.Explain(reader, "r1", output));
        explained.ShouldContain(line =>
            line.Contains("out: us-1 (it failed); going on: eu-1 and ap-1 (the policy takes back us-1 alone)")
        );
        explained.ShouldContain(line => line.StartsWith("    us-1             out      risk 0."));
        explained.ShouldContain(line => line.StartsWith("    ap-1             goes on  risk 0."));
        explained.ShouldContain(line => line.StartsWith("  step 1 of 2 in ap-1 at 5 %"));
        Lines((reader, output) => RolloutReport.Plan(reader, "r1", output))
            .ShouldContain(line => line.StartsWith("since 2026-11-22 10:25:00 out: us-1 (it failed); going on: "));
    }

    [Fact]
    public void Reports_OfItsEnd_SayThatItIsPartlyPromoted()
    {
        Run(until: 60);

        var summary = new RolloutReader(_journal).List().ShouldHaveSingleItem();
        (summary.Outcome, summary.Out).ShouldBe((RolloutOutcome.PartlyPromoted, "us-1"));
        Lines(RolloutReport.List)[1].ShouldContain("partly promoted  out of us-1");
        Lines((reader, output) => RolloutReport.Explain(reader, "r1", output))[^1]
            .ShouldEndWith("ended: partly promoted");
    }

    /// <summary>us-1 fails in minute 25, when it goes together with ap-1; from minute 27 on another supervisor has taken over.</summary>
    private void Run(int until)
    {
        var supervisor = Supervisor(Fleet.Start);
        supervisor.Handle([Requested()]);
        for (var minute = 1; minute <= until; minute++)
        {
            if (minute == 27)
                supervisor = Supervisor(Fleet.Start.AddMinutes(minute));
            var bucket = Fleet.Bucket("checkout", minute, s_clusters);
            supervisor.Handle(minute == 25 ? [.. bucket.Select(Harmful)] : bucket);
        }
    }

    private static UpdateInput Requested()
    {
        var input = (UpdateInput)Fleet.RequestInWaves("r1", "checkout", s_clusters);
        var asked = (RequestRollout)input.Update.Command;
        var limited = asked with { Policy = asked.Policy with { Blast = BlastRule.Cluster } };
        return new UpdateInput(input.Update with { Command = limited });
    }

    private static SupervisorInput Harmful(SupervisorInput input)
    {
        if (input is not SignalInput { Signal: { Cluster: "us-1", Evidence: not null } signal })
            return input;
        var harmful = Fleet.Bucket("checkout", 25, harm: true).OfType<SignalInput>().Last().Signal;
        return new SignalInput(signal with { Evidence = harmful.Evidence, Forecast = harmful.Forecast });
    }

    private Supervisor Supervisor(DateTimeOffset now)
    {
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(now);
        return supervisor;
    }

    private delegate bool Report(RolloutReader reader, TextWriter output);

    private List<string> Lines(Func<RolloutReader, bool, TextWriter, bool> list) =>
        Lines((reader, output) => list(reader, false, output));

    private List<string> Lines(Report report)
    {
        var output = new StringWriter();
        report(new RolloutReader(_journal), output).ShouldBeTrue();
        return [.. output.ToString().TrimEnd().Split('\n')];
    }
}
