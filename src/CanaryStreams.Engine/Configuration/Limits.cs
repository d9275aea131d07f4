using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Configuration;

/// <summary>A closed interval that a configured value must lie in.</summary>
internal readonly record struct Bounds<T>(T Min, T Max)
    where T : IComparable<T>
{
    public bool Hold(T value) => value.CompareTo(Min) >= 0 && value.CompareTo(Max) <= 0;
}

/// <summary>Every bound on a configured value, in one place, and how they must relate.</summary>
internal static class Limits
{
    /// <summary>Characters of a configuration file.</summary>
    public const int FileCharactersMax = 1 << 20;

    /// <summary>Bytes of a file that <c>${file:PATH}</c> names.</summary>
    public const int SecretBytesMax = 64 * 1024;

    /// <summary>Bytes of any file that the configuration names; a detector's model is the largest of them.</summary>
    public const int NamedFileBytesMax = 64 * 1024 * 1024;
    public const int PoliciesMax = 200;
    public const int MetricsMax = 200;
    public const int StepsMax = 50;
    public const int NameCharactersMax = 200;

    /// <summary>Buckets of history per series: ten days of minutes.</summary>
    public const int HistoryBucketsMax = 14_400;
    public const int HistoryBucketsMin = 10;

    public static Bounds<TimeSpan> Bake { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
    public static Bounds<TimeSpan> DecideBy { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(60));
    public static Bounds<TimeSpan> Horizon { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    public static Bounds<TimeSpan> AckTimeout { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> CommandExpiry { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromDays(1));

    /// <summary>Behind <see cref="StreamSettings.ForgetAfter"/> nobody would be left to tell of the silence.</summary>
    public static Bounds<TimeSpan> SilentCanary { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(45));

    /// <summary>What was expected before the promotion says ever less; a day has seen every hour once.</summary>
    public static Bounds<TimeSpan> Watch { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    public static Bounds<TimeSpan> StaleAfter { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    public static Bounds<TimeSpan> Bucket { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> AllowedLateness { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> MaxSkew { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> IdleAfter { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> History { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromDays(10));
    public static Bounds<TimeSpan> ArchiveAfter { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromDays(365));

    /// <summary>A week at least: a request that waited out an outage over some days isn't too old after it.</summary>
    public static Bounds<TimeSpan> ForgetAfter { get; } = new(TimeSpan.FromDays(7), TimeSpan.FromDays(3650));
    public static Bounds<TimeSpan> SnapshotEvery { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static Bounds<TimeSpan> RetrainEvery { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromDays(365));
    public static Bounds<int> RetrainAfter { get; } = new(1, 10_000);
    public static Bounds<int> TrialRollouts { get; } = new(10, 900);
    public static Bounds<int> AckRetries { get; } = new(0, 1000);
    public static Bounds<int> StepPct { get; } = new(1, 100);
    public static Bounds<int> Partitions { get; } = new(1, 1024);
    public static Bounds<int> Replication { get; } = new(1, 32);

    /// <summary>0 is any free one.</summary>
    public static Bounds<int> Port { get; } = new(0, 65_535);

    /// <summary>From 96 bits at six a character on, to what a header has room for.</summary>
    public static Bounds<int> TokenCharacters { get; } = new(16, 1024);

    /// <summary>Most that a false rollback may be likely; above, the verdict is a coin's.</summary>
    public const double FalseRollbackBudgetMax = 0.5;

    /// <summary>Checks that the bounds agree with one another and with the defaults.</summary>
    /// <exception cref="InvalidOperationException">They don't: a mistake of whoever changed one.</exception>
    public static void Verify()
    {
        var policy = new Policy();
        var stream = StreamSettings.Default;
        var retention = new Retention();
        var decoding = DecodingLimits.Default;
        Require(DecideBy.Max >= Bake.Max, "the longest bake has a decideBy");
        Require(
            CommandExpiry.Max > AckTimeout.Max && CommandExpiry.Min > AckTimeout.Min,
            "expiry is beyond ackTimeout"
        );
        Require(StaleAfter.Max >= Bucket.Max + AllowedLateness.Max, "the longest bucket can be waited for");
        Require(
            SilentCanary.Hold(Policy.SilentCanaryDefault) && SilentCanary.Max < stream.ForgetAfter,
            "a silent canary is told of before it is forgotten"
        );
        Require(Horizon.Max >= Bucket.Max, "a horizon of one bucket is allowed");
        Require(
            History.Max.Ticks / stream.Bucket.Ticks <= HistoryBucketsMax,
            "the longest history fits at the default bucket"
        );
        Require(History.Min.Ticks >= Bucket.Min.Ticks * HistoryBucketsMin, "the shortest history has its buckets");
        Require(Bake.Hold(policy.Bake) && DecideBy.Hold(policy.DecideBy), "default bake and decideBy");
        Require(AckTimeout.Hold(policy.AckTimeout) && CommandExpiry.Hold(policy.CommandExpiry), "default time-outs");
        Require(
            ArchiveAfter.Hold(retention.ArchiveAfter) && ForgetAfter.Hold(retention.ForgetAfter),
            "default retention"
        );
        Require(ForgetAfter.Max > ArchiveAfter.Max, "what is archived latest can be forgotten");
        Require(policy.DecideBy >= policy.Bake && policy.CommandExpiry > policy.AckTimeout, "default relations");
        Require(policy.StaleAfter >= stream.Bucket + stream.AllowedLateness, "default patience");
        Require(decoding.RecordBytesMax >= 64 * decoding.FieldBytesMax, "a record of longest fields is no giant");
        Require(decoding.ErrorBytesMax < decoding.RecordBytesMax, "an error fits into its record");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Limits contradict one another: {what}.");
    }
}
