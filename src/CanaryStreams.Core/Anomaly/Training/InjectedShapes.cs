using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// The anomalies of each <see cref="InjectedKind"/>. Each draws how long it lasts, changes the values from
/// <c>start</c> on and returns the index behind its last point, at most the series' end.
/// </summary>
internal static class InjectedShapes
{
    public static int Apply(InjectedKind kind, double[] values, int start, NoiseScale scale, SeededRandom random) =>
        kind switch
        {
            InjectedKind.Spike => Spike(values, start, scale, random),
            InjectedKind.LevelShift => LevelShift(values, start, scale, random),
            InjectedKind.Ramp => Ramp(values, start, scale, random),
            InjectedKind.Variance => Variance(values, start, scale, random),
            InjectedKind.DroppedSeason => DroppedSeason(values, start, scale, random),
            InjectedKind.FlatLine => FlatLine(values, start, random),
            InjectedKind.Dip => Scale(values, start, random.Chance(0.3) ? 0 : random.Uniform(0, 0.7), random),
            InjectedKind.Surge => Scale(values, start, random.Uniform(1.4, 3.2), random),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
        };

    private static int Spike(double[] values, int start, NoiseScale scale, SeededRandom random)
    {
        var end = End(values, start, 1, 3, random);
        var height = 1.3 * SignedSize(scale, random);
        for (var i = start; i < end; i++)
            values[i] += height * random.Uniform(0.7, 1.3);
        return end;
    }

    private static int LevelShift(double[] values, int start, NoiseScale scale, SeededRandom random)
    {
        var end = End(values, start, 8, 157, random);
        var height = 0.7 * SignedSize(scale, random);
        for (var i = start; i < end; i++)
            values[i] += height;
        return end;
    }

    private static int Ramp(double[] values, int start, NoiseScale scale, SeededRandom random)
    {
        var length = random.Between(20, 169);
        var height = 1.2 * SignedSize(scale, random);
        var end = Math.Min(values.Length, start + length);
        for (var i = start; i < end; i++)
            values[i] += height * Math.Min(1, (i - start + 1) / (0.6 * length));
        return end;
    }

    private static int Variance(double[] values, int start, NoiseScale scale, SeededRandom random)
    {
        var end = End(values, start, 10, 89, random);
        var deviation = scale.Step * random.Uniform(3, 8);
        for (var i = start; i < end; i++)
            values[i] += deviation * random.Normal();
        return end;
    }

    private static int DroppedSeason(double[] values, int start, NoiseScale scale, SeededRandom random)
    {
        var end = End(values, start, 30, 329, random);
        // So far back that it is another time of the day or week for most series.
        var back = values.Length / random.Between(2, 6);
        var isHalved = random.Chance(0.5);
        for (var i = start; i < end; i++)
        {
            values[i] =
                isHalved && i >= back
                    ? 0.5 * values[i - back] + 0.5 * scale.Median
                    : scale.Median + scale.Step * random.Normal();
        }
        return end;
    }

    private static int FlatLine(double[] values, int start, SeededRandom random)
    {
        var end = End(values, start, 10, 89, random);
        values.AsSpan(start, end - start).Fill(values[start]);
        return end;
    }

    private static int Scale(double[] values, int start, double factor, SeededRandom random)
    {
        var end = End(values, start, 2, 61, random);
        for (var i = start; i < end; i++)
            values[i] *= factor;
        return end;
    }

    private static int End(double[] values, int start, int pointsMin, int pointsMax, SeededRandom random) =>
        Math.Min(values.Length, start + random.Between(pointsMin, pointsMax));

    /// <summary>
    /// Half of the sizes are of the noise between points, which change detectors see first, half of the whole spread,
    /// which a person sees first.
    /// </summary>
    private static double SignedSize(NoiseScale scale, SeededRandom random) =>
        random.Sign() * random.LogUniform(3, 15) * (random.Chance(0.5) ? 1.5 * scale.Step : 0.6 * scale.Spread);
}
