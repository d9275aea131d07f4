namespace CanaryStreams.Core.Tests.Baselines;

/// <summary>Series of known kinds: minute buckets from a Monday on, the same for the same seed.</summary>
internal static class GeneratedSeries
{
    public const long MinuteMs = 60_000;
    public const int DayMinutes = 1440;

    /// <summary>A Monday, 2023-11-13.</summary>
    public const long StartMs = 1_699_833_600_000;

    private static readonly Dictionary<string, Func<Noise, int, double>> s_kinds = new(StringComparer.Ordinal)
    {
        ["normal"] = (noise, _) => 50 + noise.Normal(),
        ["heavy-tailed"] = (noise, _) => 50 + noise.Student3(),
        ["lognormal"] = (noise, _) => 20 * Math.Exp(0.6 * noise.Normal()),
        ["rare-counts"] = (noise, _) => noise.Poisson(0.5),
        ["counts"] = (noise, _) => noise.Poisson(20),
        ["on-off"] = (noise, _) => noise.Uniform() < 0.1 ? 100 : 0,
        ["states"] = (noise, _) => noise.Switch(0.02, 0.1) ? 80 + noise.Normal() : 10 + noise.Normal(),
        ["walk"] = (noise, _) => 1000 + noise.Follow(1, 1),
        ["autoregression"] = (noise, _) => 50 + noise.Follow(0.9, 1),
        ["day"] = (noise, minute) => 100 + (30 * Day(minute)) + (5 * noise.Normal()),
        ["noisy-days"] = (noise, minute) =>
            100 + (20 * Day(minute)) + ((1 + (8 * Math.Max(0, Day(minute)))) * noise.Normal()),
        ["days-off"] = (noise, minute) =>
            (IsDayOff(minute) ? 0.4 : 1) * (100 + (30 * Day(minute))) + (5 * noise.Normal()),
        ["hourly-job"] = (noise, minute) => (minute % 60 < 3 ? 60 : 20) + (3 * noise.Normal()),
        ["saw-of-90"] = (noise, minute) => 20 + (minute % 90 * 20 / 90.0) + (2 * noise.Normal()),
        ["six-hours"] = (noise, minute) => 100 + (20 * Math.Sin(2 * Math.PI * minute / 360)) + (4 * noise.Normal()),
    };

    public static IEnumerable<string> Kinds => s_kinds.Keys;

    public static double[] Make(string kind, int minutes, int seed)
    {
        var noise = new Noise(seed);
        return [.. Enumerable.Range(0, minutes).Select(minute => s_kinds[kind](noise, minute))];
    }

    private static double Day(int minute) =>
        Math.Sin(2 * Math.PI * minute / DayMinutes) + (0.4 * Math.Sin((4 * Math.PI * minute / DayMinutes) + 1));

    private static bool IsDayOff(int minute) => minute / DayMinutes % 7 >= 5;

    private sealed class Noise(int seed)
    {
        private readonly Random _random = new(seed);
        private double _state;
        private bool _isOn;

        public double Uniform() => _random.NextDouble();

        public double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

        public double Student3()
        {
            var squares = 0.0;
            for (var i = 0; i < 3; i++)
                squares += Math.Pow(Normal(), 2);
            return Normal() / Math.Sqrt(squares / 3);
        }

        public int Poisson(double mean)
        {
            var (limit, product, count) = (Math.Exp(-mean), Uniform(), 0);
            for (; product > limit; count++)
                product *= Uniform();
            return count;
        }

        public double Follow(double kept, double deviation) => _state = (kept * _state) + (deviation * Normal());

        public bool Switch(double on, double off) => _isOn = Uniform() < (_isOn ? off : on) ? !_isOn : _isOn;
    }
}
