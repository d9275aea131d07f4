using System.Text;
using System.Text.Json.Nodes;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Journal;
using CanaryStreams.Engine.Tests.Supervision;

namespace CanaryStreams.Engine.Tests.CommandLine;

public sealed class RolloutCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task List_ALineForEachRolloutInTheOrderOfTheirRequests()
    {
        WriteJournal();

        (await RunAsync("rollout", "list")).ShouldBe(0);

        var lines = Lines();
        lines.Length.ShouldBe(4);
        lines[0].ShouldStartWith("ROLLOUT");
        lines[1].ShouldStartWith("bad ");
        lines[1].ShouldContain("rolled back");
        lines[1].ShouldContain("error_rate");
        lines[2].ShouldStartWith("running ");
        lines[2].ShouldContain("5 % in eu-1");
        lines[3].ShouldStartWith("cancelled ");
        lines[3].ShouldContain("2026-11-22 10:03:00");
    }

    [Fact]
    public async Task Show_TheStateOfOne()
    {
        WriteJournal();

        (await RunAsync("rollout", "show", "bad")).ShouldBe(0);

        var lines = Lines();
        lines[0].ShouldBe("bad: rolled back");
        lines[1].ShouldBe("app shop, version 2.0, from unknown");
        lines[2].ShouldContain("error_rate");
        lines[3].ShouldContain("eu-1");
    }

    [Fact]
    public async Task Show_OneWhoseClustersGoTogether_SaysTheWaveOfEach()
    {
        using (var journal = SqliteJournal.Open(_folder.File("journal.db")))
        {
            var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true });
            supervisor.Recover(Fleet.Start);
            supervisor.Handle([Fleet.RequestInWaves("r1", "shop", "eu-1", "us-1", "ap-1")]);
        }

        (await RunAsync("rollout", "show", "r1")).ShouldBe(0);

        var lines = Lines();
        lines[2].ShouldBe("eu-1             canary         5 %  steps 5 25 100, risk 0.03, wave 1");
        lines[3].ShouldBe("us-1             waiting        0 %  steps 5 25 100, risk 0.03, wave 2");
        lines[4].ShouldBe("ap-1             waiting        0 %  steps 5 25 100, risk 0.03, wave 2");
    }

    [Fact]
    public async Task Show_OneHeldForASilentCanary_SaysTheConditionUntilWhenAndTheOutlook()
    {
        using (var journal = SqliteJournal.Open(_folder.File("journal.db")))
        {
            var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true });
            supervisor.Recover(Fleet.Start);
            supervisor.Handle([Fleet.Request("silent", "shop"), .. Fleet.Bucket("shop", 1)]);
            for (var minute = 2; minute < 10; minute++)
                supervisor.Handle(Fleet.SilentBucket("shop", minute));
        }

        (await RunAsync("rollout", "show", "silent")).ShouldBe(0);

        var lines = Lines();
        lines[2]
            .ShouldStartWith(
                "outlook: eu-1 at 5 %: cannot see error_rate 0.1 % → 1.1 % before minute 60 with 60 trials"
            );
        lines[3]
            .ShouldBe(
                "held since 2026-11-22 10:02:00 (telemetry: canary silent): nothing is heard of the canary in eu-1, neither "
                    + "measurements nor synthetic runs, while stable speaks; rolls back at 2026-11-22 10:19:00 if it lasts"
            );
    }

    [Fact]
    public async Task ListAndShow_OneWhoseAgentsNeverAnswered_SayWhatToLookAt()
    {
        using (var journal = SqliteJournal.Open(_folder.File("journal.db")))
        {
            var supervisor = new Supervisor(journal);
            supervisor.Recover(Fleet.Start);
            supervisor.Handle([
                Fleet.Request("silent", "shop"),
                Fleet.Override("silent", new CancelRollout(Fleet.Start, "ann", null)),
            ]);
            supervisor.AdvanceTo(Fleet.Start.AddHours(23));
            supervisor.ActiveCount.ShouldBe(1);
            supervisor.AdvanceTo(Fleet.Start.AddHours(24));
            supervisor.Handle([Fleet.Request("next", "shop")]).Refusals.ShouldBeEmpty("the application is free");
        }

        (await RunAsync("rollout", "list")).ShouldBe(0);
        Lines()[1].ShouldContain("cancelled");
        Lines()[1].ShouldContain("isn't known to be out of eu-1 (last known at 0 %; its agent doesn't answer)");
        (await RunAsync("rollout", "show", "silent")).ShouldBe(0);

        Lines().ShouldContain(line => line.StartsWith("unconfirmed: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_WhyAndEveryEventInWordsInOrder()
    {
        WriteJournal();

        (await RunAsync("rollout", "explain", "bad")).ShouldBe(0);

        var lines = Lines();
        lines[0].ShouldStartWith("bad: shop 2.0, rolled back, requested 2026-11-22 10:00");
        lines[1].ShouldStartWith("shop 2.0 rolled back in eu-1: error_rate");
        lines.ShouldContain(line => line.StartsWith("how sure ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("Budget: 1 % ", StringComparison.Ordinal));
        var events = lines.SkipWhile(line => line != "Every event").Skip(1).ToList();
        events.Count.ShouldBeGreaterThan(4);
        events.ShouldAllBe(line => line.StartsWith("2026-11-22 10:", StringComparison.Ordinal));
        events.Select(line => int.Parse(line[20..26])).ShouldBe(Enumerable.Range(1, events.Count));
        events.ShouldContain(line => line.Contains("error_rate"));
    }

    [Fact]
    public async Task List_WithAll_ArchivedOnesToo_AndTheyAreShownAndExplained()
    {
        WriteJournal();
        using (var journal = SqliteJournal.Open(_folder.File("journal.db")))
        {
            var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true });
            supervisor.Recover(Fleet.Start.AddMinutes(4));
            journal.MarkPublished(0, long.MaxValue);
            supervisor.TidyUp(Fleet.Start.AddDays(8)).Archived.ShouldBe(2);
        }

        (await RunAsync("rollout", "list")).ShouldBe(0);
        Lines().Skip(1).Select(line => line.Split(' ')[0]).ShouldBe(["running"]);
        _output.GetStringBuilder().Clear();
        (await RunAsync("rollout", "list", "--all")).ShouldBe(0);
        Lines().Skip(1).Select(line => line.Split(' ')[0]).ShouldBe(["bad", "cancelled", "running"]);
        (await RunAsync("rollout", "show", "bad")).ShouldBe(0);
        (await RunAsync("rollout", "explain", "bad")).ShouldBe(0);
        _output.ToString().ShouldContain("Every event");
    }

    [Fact]
    public async Task Explain_OfAJournalWithEarlierVersionsOfEvents_SaysTheSame()
    {
        WriteJournal();
        (await RunAsync("rollout", "explain", "bad")).ShouldBe(0);
        var today = _output.ToString();
        _output.GetStringBuilder().Clear();
        RewriteAsFirstVersion("rollout/bad").ShouldBe(1);

        (await RunAsync("rollout", "explain", "bad")).ShouldBe(0);

        _output.ToString().ShouldBe(today);
    }

    [Fact]
    public async Task ACorruptRollout_IsListedAsUnreadableAndEndsTheOthersWithOne()
    {
        WriteJournal();
        SqliteFile
            .Execute(
                _folder.File("journal.db"),
                "UPDATE events SET payload = '{}' WHERE stream = 'rollout/bad' AND version = 2"
            )
            .ShouldBe(1);

        (await RunAsync("rollout", "list")).ShouldBe(0);
        (await RunAsync("rollout", "show", "bad")).ShouldBe(1);
        (await RunAsync("rollout", "explain", "bad")).ShouldBe(1);

        Lines()[1].ShouldStartWith("bad ");
        Lines()[1].ShouldContain("unreadable");
        Lines()[1].ShouldContain("corrupt at version 2");
        Lines().Length.ShouldBe(4);
        _error.ToString().ShouldContain("To go on");
    }

    [Theory]
    [InlineData("show")]
    [InlineData("explain")]
    public async Task ARolloutNobodyKnows_EndsWithOne(string verb)
    {
        WriteJournal();

        (await RunAsync("rollout", verb, "nobody")).ShouldBe(1);

        _output.ToString().ShouldContain("'nobody'");
    }

    [Fact]
    public async Task NoJournal_EndsWithTwoAndMakesNone()
    {
        (await RunAsync("rollout", "list")).ShouldBe(2);

        _error.ToString().ShouldContain("There is no journal at");
        File.Exists(_folder.File("journal.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task AFileThatIsNoJournal_EndsWithTwoAndOneLine()
    {
        File.WriteAllText(_folder.File("journal.db"), new string('x', 5000));

        (await RunAsync("rollout", "list")).ShouldBe(2);

        _error.ToString().Trim().Split('\n').Length.ShouldBe(1);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _folder.Dispose();
    }

    /// <summary>One rolled back, one on its way, one cancelled.</summary>
    private void WriteJournal()
    {
        using var journal = SqliteJournal.Open(_folder.File("journal.db"));
        var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);
        supervisor.Handle([
            Fleet.Request("bad", "shop"),
            Fleet.Request("running", "search"),
            Fleet.Request("cancelled", "cart"),
            .. Fleet.Bucket("shop", 1),
            .. Fleet.Bucket("shop", 2, harm: true),
            Fleet.Override("cancelled", new CancelRollout(Fleet.Start.AddMinutes(3), "ann", "wrong version")),
        ]);
    }

    /// <summary>Turns the rollback of a stream into what the first version of the program wrote.</summary>
    private int RewriteAsFirstVersion(string stream)
    {
        using var journal = SqliteJournal.OpenReadOnly(_folder.File("journal.db"));
        var rewritten = 0;
        foreach (var e in journal.Read(stream).Where(e => e.Type == "rollout.rollback-decided.v2"))
        {
            var written = JsonNode.Parse(e.Payload.Span)!;
            foreach (var evidence in written["evidence"]!.AsArray())
            {
                evidence!.AsObject().Remove("largest");
                evidence.AsObject().Remove("share");
            }
            var (type, payload) = ("rollout.rollback-decided.v1", Encoding.UTF8.GetBytes(written.ToJsonString()));
            rewritten += SqliteFile.Execute(
                _folder.File("journal.db"),
                "UPDATE events SET type = @type, payload = @payload, checksum = @checksum WHERE position = @Position",
                new
                {
                    type,
                    payload,
                    checksum = Checksum.Of(stream, e.Version, type, payload),
                    e.Position,
                }
            );
        }
        return rewritten;
    }

    private Task<int> RunAsync(params string[] args) =>
        Cli.CommandLine.RunAsync([.. args, "--journal", _folder.File("journal.db")], _output, _error);

    private string[] Lines() =>
        _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
