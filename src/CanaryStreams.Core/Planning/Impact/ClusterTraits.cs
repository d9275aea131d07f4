using System.Globalization;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// What may make a cluster vulnerable, as numbers: 0 is usual, 1 plainly more vulnerable, unknown is null. The scales are
/// fixed, so that a number means the same with no rows as with thousands.
/// </summary>
internal static class ClusterTraits
{
    public static IReadOnlyList<string> Names { get; } =
    ["load", "few instances", "old kernel", "small memory", "slow network"];

    /// <summary>In the order of <see cref="Names"/>.</summary>
    public static double?[] Of(ClusterProfile cluster) =>
        [
            Load(cluster.LoadPct),
            FewInstances(cluster.Instances),
            OldKernel(cluster.Kernel),
            SmallMemory(cluster.MemoryGb),
            SlowNetwork(cluster.Network),
        ];

    /// <summary>The square of the load, as in the rule of thumb: 50 % is usual, 71 % is 1, 87 % is 2.</summary>
    private static double? Load(double? pct) =>
        pct is { } load && double.IsFinite(load) ? (Math.Pow(Math.Clamp(load, 0, 100) / 100, 2) - 0.25) / 0.25 : null;

    /// <summary>As in the rule of thumb: 10 are usual, 4 are nearly 1.</summary>
    private static double? FewInstances(int? count) =>
        count is { } instances ? (1 / (1 + Math.Max(instances, 0) / 5.0) - 1 / 3.0) / 0.25 : null;

    /// <summary>Three years behind <see cref="NewestRelease"/> are usual, five are 1.</summary>
    private static double? OldKernel(string? version)
    {
        if (LinuxRelease(version) is not { } release)
            return null;
        var years = (NewestRelease - release) / ReleasesAYear;
        return Math.Clamp((years - 3) / 2, -1.5, 3);
    }

    /// <summary>16 GiB are usual; each halving adds 1.</summary>
    private static double? SmallMemory(double? memoryGb) =>
        memoryGb is > 0 and < double.PositiveInfinity and var size ? Math.Clamp(Math.Log2(16 / size), -3, 3) : null;

    /// <summary>10 Gbit/s are usual; a tenth of it is 1.5.</summary>
    private static double? SlowNetwork(string? network) =>
        GigabitsPerSecond(network) is { } speed ? Math.Clamp(1.5 * Math.Log10(10 / speed), -2, 4) : null;

    /// <summary>Linux 6.12, counted from 3.0 on.</summary>
    private const int NewestRelease = 20 + 21 + 20 + 12;
    private const double ReleasesAYear = 5.6;

    /// <summary>
    /// Releases of Linux come at an even pace: 3.0–3.19, 4.0–4.20, 5.0–5.19, 6.x. Other systems number otherwise, and their
    /// age is unknown.
    /// </summary>
    private static int? LinuxRelease(string? version)
    {
        if (version is null || LeadingNumber(version, out var rest) is not { } major || !rest.StartsWith('.'))
            return null;
        var minor = LeadingNumber(rest[1..], out _);
        return (major, minor) switch
        {
            (2, >= 0) => 0,
            (3, >= 0 and < 20) => (int)minor,
            (4, >= 0 and <= 20) => 20 + (int)minor,
            (5, >= 0 and < 20) => 41 + (int)minor,
            (6, >= 0 and < 100) => 61 + (int)minor,
            _ => null,
        };
    }

    /// <summary>What people write: <c>10g</c>, <c>25GbE</c>, <c>1 Gbit/s</c>, <c>100m</c>, <c>500 Mbps</c>.</summary>
    private static double? GigabitsPerSecond(string? network)
    {
        if (network is null || LeadingNumber(network.Trim(), out var unit) is not (> 0 and var number))
            return null;
        return unit.TrimStart().ToLowerInvariant() switch
        {
            ['g', ..] => number,
            ['m', ..] => number / 1000,
            ['t', ..] => number * 1000,
            _ => null,
        };
    }

    private static double? LeadingNumber(string text, out string rest)
    {
        var length = text.TakeWhile(char.IsAsciiDigit).Count();
        rest = text[length..];
        return length is > 0 and < 8 ? double.Parse(text.AsSpan(0, length), CultureInfo.InvariantCulture) : null;
    }
}
