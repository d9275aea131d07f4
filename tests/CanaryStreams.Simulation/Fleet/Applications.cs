using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Fleet;

/// <summary>An application that is updated again and again, and its telemetry.</summary>
internal sealed class Application(int number, int clusters)
{
    public string Name { get; } = $"app{number}";
    public int Clusters => clusters;

    /// <summary>The newest rollout that was asked for; null before the first.</summary>
    public string? Rollout { get; set; }
    public int Updates { get; set; }
    public string Version => Updates == 0 ? First : $"v{Updates}";
    public Health Health { get; private set; }

    /// <summary>The cluster that <see cref="Health"/> is of; null: of all.</summary>
    public int? Only { get; private set; }

    public void Turn(SimulatedWorld world, Health health)
    {
        Health = health;
        Only = world.Random.Chance(0.5) ? null : (int)world.Between(0, Clusters);
    }

    /// <summary>What each cluster runs beside a canary, as its agent last moved it.</summary>
    public string[] Stable { get; } = [.. Enumerable.Repeat(First, clusters)];

    /// <summary>What every application ran before its first rollout, and what is gone back to.</summary>
    public const string First = "stable";

    public Health HealthIn(int cluster) => Only is { } only && only != cluster ? Health.Well : Health;
}

/// <summary>Sends the applications' telemetry, a bucket behind the other, as long as there is a broker.</summary>
internal sealed class TelemetrySource(
    SimulatedWorld world,
    SimulatedBroker broker,
    Scenario scenario,
    IReadOnlyList<Application> applications
) : IActor
{
    private long _nextEndMs = SimulatedWorld.StartMs + Scenario.BucketMs;

    public string Name => "telemetry";

    /// <summary>Nothing more comes: what is there is to be dealt with.</summary>
    public bool IsDone { get; set; }

    public bool CanStep => !IsDone && world.NowMs >= _nextEndMs && !broker.IsAway;

    public void Step()
    {
        foreach (var application in applications)
        {
            if (scenario.HasRealLanes)
                SendReadings(application);
            else
                Send(application, LightOf(application).Encode());
            if (world.Strikes(FaultKind.UnreadableRecord, application.Name, "telemetry"))
                Send(application, "rubbish"u8.ToArray());
            if (!world.IsCalm && world.Random.Chance(0.05))
                application.Turn(world, (Health)world.Between(0, 3));
        }
        _nextEndMs += Scenario.BucketMs;
    }

    private LightBucket LightOf(Application application) =>
        new(
            application.Name,
            _nextEndMs,
            application.Rollout,
            application.Version,
            [.. Enumerable.Range(0, application.Clusters).Select(application.HealthIn)],
            [.. application.Stable]
        );

    private void SendReadings(Application application)
    {
        var at = _nextEndMs - 2_500;
        for (var cluster = 0; cluster < application.Clusters; cluster++)
            foreach (var isCanary in (bool[])[false, true])
            {
                var health = application.HealthIn(cluster);
                if (isCanary && (application.Rollout is null || health == Health.CanaryMissing))
                    continue;
                var version = isCanary ? application.Version : application.Stable[cluster];
                var isHarmed = version == application.Version && health == Health.Harm;
                var track = isCanary ? "canary" : "stable";
                foreach (var (metric, usual) in ((string, double)[])[("error_rate", 0.01), ("latency_ms", 90)])
                {
                    var value = usual * (isHarmed ? 8 : 1) * (0.9 + 0.2 * world.Random.NextDouble());
                    Send(
                        application,
                        Encoding.UTF8.GetBytes(
                            $$"""{"time":{{at}},"app":"{{application.Name}}","cluster":"c{{cluster}}","version":"{{version}}","track":"{{track}}","metric":"{{metric}}","value":{{value:R}},"count":2000}"""
                        )
                    );
                }
            }
    }

    private void Send(Application application, byte[] value) =>
        broker.Append(new OutputRecord(Topics.Telemetry, Encoding.UTF8.GetBytes(application.Name), value), Name);
}
