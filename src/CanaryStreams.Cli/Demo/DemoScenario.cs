namespace CanaryStreams.Cli.Demo;

/// <summary>What the demo plays: two updates over the same three clusters, one of them with a hidden fault.</summary>
internal static class DemoScenario
{
    /// <summary>Event time runs this many times faster than the wall clock.</summary>
    public const double Speed = 60;

    /// <summary>Past of the stable versions that is on the topics when the engine starts.</summary>
    public static readonly TimeSpan History = TimeSpan.FromMinutes(120);

    public static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(10);

    /// <summary>Event time after which the demo gives up.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(110);

    public static readonly IReadOnlyList<DemoClusterProfile> Clusters =
    [
        new("eu-1", "c7", "eu", LoadPct: 62, Instances: 40, RequestsPerMinute: 1500),
        new("us-1", "c6", "us", LoadPct: 71, Instances: 60, RequestsPerMinute: 2200),
        new("ap-1", "c6", "ap", LoadPct: 48, Instances: 20, RequestsPerMinute: 900),
    ];

    public static readonly IReadOnlyList<DemoUpdate> Updates =
    [
        new("search", "7.1.0", "7.2.0", Fault: null),
        new("checkout", "2.4.0", "2.4.1", new CreepingFault(StartsAfter: TimeSpan.FromMinutes(6))),
    ];

    /// <summary>Short steps, so that the loop can be watched; everything else is the default policy.</summary>
    public const string Configuration = """
        stream: { bucket: 30s, allowedLateness: 15s, idleAfter: 15s, history: 2h }
        policies:
          default:
            steps: [5, 25, 50, 100]
            bake: 4m
            decideBy: 20m
            horizon: 8m
            ackTimeout: 10m
            staleAfter: 4m
            failureThreshold: 0.6
        """;
}

internal sealed record DemoClusterProfile(
    string Name,
    string Hardware,
    string Region,
    int LoadPct,
    int Instances,
    double RequestsPerMinute
);

internal sealed record DemoUpdate(string App, string From, string Version, CreepingFault? Fault)
{
    public string Rollout => $"{App}-{Version}";
}

/// <summary>
/// Something that runs full: nothing is wrong at first, then a few more requests fail every minute while latency rises a
/// little. At no moment does it jump.
/// </summary>
/// <param name="StartsAfter">Time after the version's first request.</param>
internal sealed record CreepingFault(TimeSpan StartsAfter)
{
    private const double FullAfterMinutes = 10;
    private const double ErrorsMax = 0.02;
    private const double SlowerMax = 0.12;
    private const double SyntheticFailuresMax = 0.25;

    public double ErrorsAdded(TimeSpan age) => ErrorsMax * Progress(age);

    public double LatencyFactor(TimeSpan age) => 1 + SlowerMax * Progress(age);

    public double SyntheticFailures(TimeSpan age) => SyntheticFailuresMax * Progress(age);

    private double Progress(TimeSpan age) => Math.Clamp((age - StartsAfter).TotalMinutes / FullAfterMinutes, 0, 1);
}
