namespace CanaryStreams.Core.Simulation;

/// <summary>
/// xoshiro256** (Blackman &amp; Vigna 2018), seeded by splitmix64: the same numbers for a seed on every machine and every
/// version of the runtime, which <see cref="Random"/> doesn't promise.
/// </summary>
public sealed class SeededRandom
{
    private readonly ulong[] _state = new ulong[4];

    public SeededRandom(ulong seed)
    {
        for (var i = 0; i < _state.Length; i++)
        {
            seed += 0x9E3779B97F4A7C15;
            var mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            _state[i] = mixed ^ (mixed >> 31);
        }
    }

    /// <summary>A generator of its own for one of many things that come from the same seed.</summary>
    public static SeededRandom Of(ulong seed, ulong part) =>
        new(new SeededRandom(seed ^ (part << 32)).NextUInt64() + part);

    public ulong NextUInt64()
    {
        var result = ulong.RotateLeft(_state[1] * 5, 7) * 9;
        var shifted = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= shifted;
        _state[3] = ulong.RotateLeft(_state[3], 45);
        return result;
    }

    /// <summary>Uniform in [0,1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double from, double to) => from + (to - from) * NextDouble();

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Standard normal (Box &amp; Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Student's t with three degrees of freedom, scaled to a variance of 1.</summary>
    public double HeavyTailed()
    {
        var normal = Normal();
        var squares = 0.0;
        for (var i = 0; i < 3; i++)
            squares += Math.Pow(Normal(), 2);
        // The variance of t with ν degrees is ν/(ν − 2) = 3, which the 3 of its definition takes away.
        return normal / Math.Sqrt(squares);
    }

    /// <summary>Poisson count; above a mean of 60 by the rounded normal law.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0)
            return 0;
        if (mean > 60)
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * Normal()));
        var product = NextDouble();
        var limit = Math.Exp(-mean);
        var count = 0;
        for (; product > limit; count++)
            product *= NextDouble();
        return count;
    }

    /// <summary>Successes among <paramref name="trials"/>; by waiting times where few are expected.</summary>
    public int Binomial(int trials, double probability)
    {
        if (trials <= 0 || probability <= 0)
            return 0;
        if (probability > 0.5)
            return trials - Binomial(trials, 1 - probability);
        var mean = trials * probability;
        if (mean > 60)
            return Math.Clamp((int)Math.Round(mean + Math.Sqrt(mean * (1 - probability)) * Normal()), 0, trials);
        var count = 0;
        var log = Math.Log(1 - probability);
        for (var at = Wait(log); at < trials; at += 1 + Wait(log))
            count++;
        return count;
    }

    private double Wait(double log) => Math.Floor(Math.Log(1 - NextDouble()) / log);
}
