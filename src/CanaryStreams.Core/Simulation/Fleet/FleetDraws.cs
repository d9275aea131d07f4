using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>Draws what a fleet is made of.</summary>
internal static class FleetDraws
{
    private const int Sites = 12;
    private const int LeastClusters = 4;
    private const int MostClusters = 8;
    private const ulong OfSites = 0;
    private const ulong OfApps = 1;

    /// <summary>No application's or cluster's number.</summary>
    private const ulong OfUpdates = 1_000_000;

    private static readonly string[] s_regions = ["eu", "us", "ap"];

    /// <summary>Applications in four to eight of the fleet's clusters each.</summary>
    public static IReadOnlyList<FleetApp> Apps(ulong seed, int count)
    {
        var sites = DrawSites(SeededRandom.Of(seed, OfSites));
        var random = SeededRandom.Of(seed, OfApps);
        return [.. Enumerable.Range(0, count).Select(number => App(number, sites, random))];
    }

    public static FleetUpdate Update(ulong seed, int number, FleetApp app, int sequence, long requestMs)
    {
        var random = SeededRandom.Of(seed, OfUpdates + (ulong)number);
        var change = Change(random);
        return new FleetUpdate
        {
            Number = number,
            App = app,
            Sequence = sequence,
            RequestMs = requestMs,
            Seed = random.NextUInt64(),
            Change = change,
            Fault = FaultOdds.Draw(change, app.Frailty, random),
            Harm = Harm(random),
            ColdStart = random.Chance(0.4)
                ? new ColdStart(random.Uniform(0.1, 0.6), random.Uniform(0, 2), random.Uniform(0.5, 2))
                : null,
        };
    }

    private static ClusterProfile[] DrawSites(SeededRandom random)
    {
        var sites = new ClusterProfile[Sites];
        for (var i = 0; i < Sites; i++)
        {
            var kernel = Pick(random, (HiddenFaults.OldKernel, 0.25), ("5.15", 0.4), ("6.1", 0.35));
            var region = s_regions[i % s_regions.Length];
            sites[i] = new ClusterProfile
            {
                Name = $"{region}-{1 + i / s_regions.Length}",
                // Old machines run old kernels, mostly.
                Hardware =
                    kernel == HiddenFaults.OldKernel && random.Chance(0.8)
                        ? "c5"
                        : Pick(random, ("c5", 0.1), ("c6", 0.5), ("c7", 0.4)),
                Region = region,
                Network = Pick(random, (HiddenFaults.SlowNetwork, 0.25), ("10g", 0.5), ("25g", 0.25)),
                Kernel = kernel,
                MemoryGb = Pick(random, (HiddenFaults.SmallMemoryGb, 0.25), (16.0, 0.4), (32.0, 0.35)),
            };
        }
        return sites;
    }

    private static FleetApp App(int number, ClusterProfile[] sites, SeededRandom random)
    {
        var chosen = Shuffled(sites, random)
            .Take(LeastClusters + (int)random.Uniform(0, MostClusters - LeastClusters + 1))
            .Select(site => Place(site, random));
        return new FleetApp(
            $"app-{number + 1:D2}",
            random.NextUInt64(),
            [.. chosen],
            LogUniform(random, 0.4, 2.2),
            LogUniform(random, 0.0005, 0.004),
            random.Uniform(20, 300),
            random.Chance(0.2) ? random.Uniform(0.5, 1.5) : 0
        );
    }

    private static FleetCluster Place(ClusterProfile site, SeededRandom random) =>
        new(
            site with
            {
                Instances = (int)Math.Round(LogUniform(random, 3, 60)),
            },
            random.Uniform(25, 75),
            // Noon where the users are.
            site.Region switch
            {
                "us" => 19 * 60,
                "ap" => 4 * 60,
                _ => 12 * 60,
            },
            LogUniform(random, 300, 4000)
        );

    /// <summary>Mostly small changes; settings, moved dependencies, features and migrations beside them.</summary>
    private static ChangeProfile Change(SeededRandom random)
    {
        var kind = random.NextDouble();
        var (lines, files, dependencies) = kind switch
        {
            < 0.2 => (LogUniform(random, 1, 40), random.Uniform(1, 4), 0),
            < 0.3 => (LogUniform(random, 5, 300), random.Uniform(1, 10), random.Uniform(1, 8)),
            < 0.4 => (LogUniform(random, 50, 900), random.Uniform(3, 30), random.Chance(0.2) ? 1 : 0),
            < 0.65 => (LogUniform(random, 200, 3000), random.Uniform(5, 70), random.Chance(0.3) ? 1 : 0),
            _ => (LogUniform(random, 3, 150), random.Uniform(1, 8), 0),
        };
        return new ChangeProfile
        {
            Lines = (int)lines,
            Files = (int)files,
            Dependencies = (int)dependencies,
            ConfigOnly = kind < 0.2,
            Schema = kind is >= 0.3 and < 0.4,
        };
    }

    /// <summary>Errors, latency or both, from barely worth a rollback to plain.</summary>
    private static FaultHarm Harm(SeededRandom random)
    {
        var kind = random.NextDouble();
        var (errors, latency) = (LogUniform(random, 0.006, 0.06), LogUniform(random, 0.2, 0.9));
        var onset = random.Chance(0.7) ? 0 : random.Uniform(1, 8);
        return new FaultHarm(kind < 0.7 ? errors : 0, kind >= 0.5 ? latency : 0, onset);
    }

    private static T Pick<T>(SeededRandom random, params (T Value, double Share)[] choices)
    {
        var at = random.NextDouble();
        foreach (var (value, share) in choices)
        {
            if (at < share)
                return value;
            at -= share;
        }
        return choices[^1].Value;
    }

    private static double LogUniform(SeededRandom random, double from, double to) =>
        Math.Exp(random.Uniform(Math.Log(from), Math.Log(to)));

    private static ClusterProfile[] Shuffled(ClusterProfile[] sites, SeededRandom random)
    {
        var shuffled = sites.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var other = (int)random.Uniform(0, i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        return shuffled;
    }
}
