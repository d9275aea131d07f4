using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Checks;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Fleet;

/// <summary>People and pipelines that ask for rollouts and have a say in them; some of what they send comes twice, or late again.</summary>
internal sealed class Operators(
    SimulatedWorld world,
    SimulatedBroker broker,
    Scenario scenario,
    IReadOnlyList<Application> applications,
    JournalView journal
) : IActor
{
    private static readonly string[] Words = ["paused", "resumed", "resumed", "cancelled", "promoted"];
    private readonly List<OutputRecord> _sent = [];
    private long _nextMs = SimulatedWorld.StartMs + 5_000;

    public string Name => "operators";

    /// <summary>Everything still open is to be ended.</summary>
    public bool IsClosing { get; set; }

    public bool CanStep => world.NowMs >= _nextMs && !broker.IsAway;

    public void Step()
    {
        _nextMs = world.NowMs + world.Between(2_000, 12_000);
        var application = applications[(int)world.Between(0, applications.Count)];
        if (IsClosing)
        {
            foreach (var open in journal.Active())
                Send(open.App, Override(open.Rollout, "cancelled"));
            return;
        }
        if (world.IsCalm)
            return;
        if (application.Rollout is null || !journal.IsActive(application.Rollout) || world.Random.Chance(0.1))
            Request(application);
        else if (world.Random.Chance(0.35))
            Send(application.Name, Override(application.Rollout, Words[world.Between(0, Words.Length)]));
        if (_sent.Count > 0 && world.Strikes(FaultKind.OldUpdateAgain, Name, "an old update"))
            Append(_sent[(int)world.Between(0, _sent.Count)]);
        if (world.Strikes(FaultKind.UnreadableRecord, Name, "an update"))
            Append(new OutputRecord(Topics.Updates, Encoding.UTF8.GetBytes(application.Name), "rubbish"u8.ToArray()));
    }

    private void Request(Application application)
    {
        if (application.Rollout is not null && journal.IsUnknown(application.Rollout))
            return;
        var isRefused = application.Rollout is { } before && journal.IsActive(before);
        var number = application.Updates + (isRefused ? 1_000 + (int)world.Between(0, 1_000_000) : 1);
        var rollout = $"{application.Name}-r{number}";
        var policies = scenario.Policies.Keys.ToList();
        if (!isRefused)
        {
            (application.Updates, application.Rollout) = (number, rollout);
            application.Turn(world, world.Random.Chance(0.6) ? Health.Well : (Health)world.Between(0, 3));
        }
        var clusters = string.Join(
            ',',
            Enumerable.Range(0, application.Clusters).Select(i => $$"""{"name":"c{{i}}","kernel":"{{Kernel(i)}}"}""")
        );
        // Small changes let several clusters go together; of others nothing is known.
        var change = world.Random.Chance(0.6) ? """{"lines":10}""" : "{}";
        Send(
            application.Name,
            $$"""{"time":{{world.NowMs}},"type":"rollout.requested","rollout":"{{rollout}}","app":"{{application.Name}}","version":"v{{number}}","from":"stable","change":{{change}},"clusters":[{{clusters}}],"policy":"{{policies[(int)world.Between(0, policies.Count)]}}"}"""
        );
    }

    /// <summary>Every second cluster is old, so that some are like one that fails and some aren't.</summary>
    private static string Kernel(int cluster) => cluster % 2 == 0 ? "4.18" : "6.8";

    private string Override(string rollout, string word) =>
        $$"""{"time":{{world.NowMs}},"type":"rollout.{{word}}","rollout":"{{rollout}}","by":"somebody"}""";

    private void Send(string app, string value)
    {
        var record = new OutputRecord(Topics.Updates, Encoding.UTF8.GetBytes(app), Encoding.UTF8.GetBytes(value));
        _sent.Add(record);
        Append(record);
        if (world.Strikes(FaultKind.UpdateDuplicated, Name, "an update"))
            Append(record);
    }

    private void Append(OutputRecord record) => broker.Append(record, Name);
}
