using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>A cluster of an update with what is hidden from the model.</summary>
/// <param name="Failed">What would be seen if the update reached it, whether it does or not.</param>
/// <param name="TrueP">P(failed) to somebody who knows how faults come about, but not which one this update has.</param>
internal sealed record WorldCluster(ClusterProfile Profile, bool Failed, double TrueP);

/// <summary>A rollout with all its clusters, in the order of its plan.</summary>
internal sealed record WorldRollout(
    string Name,
    string App,
    long TimeMs,
    ChangeProfile Change,
    IReadOnlyList<WorldCluster> Clusters
)
{
    /// <summary>What is learnt of it: it stops at the first cluster that fails.</summary>
    public IEnumerable<ClusterOutcome> Rows()
    {
        for (var i = 0; i < Clusters.Count; i++)
        {
            yield return new ClusterOutcome
            {
                Rollout = Name,
                App = App,
                TimeMs = TimeMs + 60_000 * i,
                Change = Change,
                Cluster = Clusters[i].Profile,
                Failed = Clusters[i].Failed,
                Effects = new Dictionary<string, double> { ["error_rate"] = Clusters[i].Failed ? 3 : 0.1 },
                Order = i,
            };
            if (Clusters[i].Failed)
                yield break;
        }
    }
}

/// <summary>
/// A small fleet whose updates carry at most one fault each, that hurts everywhere or one kind of cluster. Which one is likely
/// goes with the change and the application. Telemetry errs now and then.
/// </summary>
internal sealed class ImpactWorld
{
    private const double Detected = 0.95;
    private const double FalseAlarm = 0.005;
    private readonly SeededRandom _random;
    private readonly ClusterProfile[] _sites;
    private readonly double[] _frailties;
    private int _count;

    public ImpactWorld(ulong seed)
    {
        _random = new SeededRandom(seed);
        _sites = [.. Enumerable.Range(0, 14).Select(Site)];
        _frailties = [.. Enumerable.Range(0, 10).Select(_ => Math.Exp(_random.Uniform(Math.Log(0.5), Math.Log(2))))];
    }

    public IReadOnlyList<WorldRollout> Rollouts(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private WorldRollout Next()
    {
        var number = _count++;
        var app = Pick(Enumerable.Range(0, _frailties.Length).ToArray());
        var change = Change();
        var odds = Odds(change, _frailties[app]);
        var at = _random.NextDouble();
        var fault = 0;
        while (fault < odds.Length && at >= odds[fault])
            at -= odds[fault++];
        var clusters = _sites
            .OrderBy(_ => _random.NextUInt64())
            .Take(5 + (int)_random.Uniform(0, 4))
            .Select(site => site with { LoadPct = site.LoadPct is null ? null : Math.Round(_random.Uniform(15, 92)) })
            .OrderBy(RiskRule.OfCluster)
            .Select(site => Cluster(site, fault, odds));
        return new WorldRollout(
            $"r-{number:D4}",
            $"app-{app}",
            1_760_000_000_000 + number * 3_600_000L,
            change,
            [.. clusters]
        );
    }

    private WorldCluster Cluster(ClusterProfile site, int fault, double[] odds)
    {
        var hurt = odds.Where((_, kind) => Hurts(kind, site)).Sum();
        var chance = Hurts(fault, site) ? Detected : FalseAlarm;
        return new WorldCluster(site, _random.Chance(chance), hurt * Detected + (1 - hurt) * FalseAlarm);
    }

    private static bool Hurts(int fault, ClusterProfile site) =>
        fault switch
        {
            0 => true,
            1 => site.Kernel is "4.18.0-305.el8",
            2 => site.MemoryGb <= 8,
            3 => site.Network is "1g",
            4 => site.LoadPct >= 68,
            _ => false,
        };

    private static double[] Odds(ChangeProfile change, double frailty)
    {
        double[] odds =
        [
            0.01 + (change.Schema ? 0.3 : 0),
            0.01 + 0.9 * (1 - Math.Exp(-change.Dependencies / 3.0)),
            0.01 + 0.6 * (1 - Math.Exp(-change.Files / 50.0)),
            0.01 + (change.ConfigOnly ? 0.45 : 0),
            0.01 + 0.6 * (1 - Math.Exp(-change.Lines / 1200.0)),
        ];
        var scale = frailty * Math.Min(1, 0.95 / (frailty * odds.Sum()));
        return [.. odds.Select(one => one * scale)];
    }

    private ChangeProfile Change()
    {
        var kind = _random.NextDouble();
        return kind switch
        {
            < 0.2 => new ChangeProfile
            {
                Lines = Size(1, 60),
                Files = 1,
                ConfigOnly = true,
            },
            < 0.35 => new ChangeProfile
            {
                Lines = Size(5, 200),
                Files = Size(1, 6),
                Dependencies = Size(1, 9),
            },
            < 0.45 => new ChangeProfile
            {
                Lines = Size(50, 900),
                Files = Size(3, 30),
                Schema = true,
            },
            < 0.7 => new ChangeProfile { Lines = Size(200, 4000), Files = Size(5, 90) },
            _ => new ChangeProfile { Lines = Size(2, 200), Files = Size(1, 8) },
        };
    }

    private ClusterProfile Site(int number)
    {
        var kernel = Pick(["4.18.0-305.el8", "5.15.0-89-generic", "5.15.0-89-generic", "6.1.52"]);
        return new ClusterProfile
        {
            Name = $"site-{number:D2}",
            Hardware = kernel[0] == '4' && _random.Chance(0.7) ? "c5" : Pick(["c5", "c6", "c7"]),
            Region = Pick(["eu", "us", "ap"]),
            Network = Pick(["1g", "10g", "10g", "25g"]),
            Kernel = kernel,
            MemoryGb = Pick([8.0, 16, 16, 32]),
            LoadPct = _random.Chance(0.1) ? null : 50,
            Instances = _random.Chance(0.1) ? null : Size(3, 60),
        };
    }

    private int Size(double from, double to) => (int)Math.Exp(_random.Uniform(Math.Log(from), Math.Log(to)));

    private T Pick<T>(T[] choices) => choices[(int)_random.Uniform(0, choices.Length)];
}
