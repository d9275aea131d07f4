using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>What <c>canary.signals</c> holds: the same signal twice, and application's buckets that are missing.</summary>
internal sealed class SignalAudit
{
    public required int Count { get; init; }

    /// <summary>Signals that are there more than once, with both texts.</summary>
    public required IReadOnlyList<string> Doubled { get; init; }

    /// <summary>Buckets of applications between their first and their last that have no end.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Buckets that came after a later one of their application.</summary>
    public required IReadOnlyList<string> Disordered { get; init; }

    /// <summary>The longest that a bucket's signals came after the bucket's end.</summary>
    public required TimeSpan WorstGap { get; init; }

    public static SignalAudit Of(string bootstrap)
    {
        var seen = Outside
            .ReadAll(bootstrap, Topics.Signals)
            .Select(record => (Record: record, Signal: Decoded(record)));
        var all = seen.ToList();
        return new SignalAudit
        {
            Count = all.Count,
            Doubled = [.. all.GroupBy(one => IdentityOf(one.Signal)).Where(group => group.Count() > 1).Select(Both)],
            Missing =
            [
                .. all.GroupBy(one => one.Signal.App).SelectMany(app => MissingOf([.. app.Select(s => s.Signal)])),
            ],
            Disordered =
            [
                .. all.GroupBy(one => one.Signal.App).SelectMany(app => DisorderedOf(app.Select(s => s.Signal))),
            ],
            WorstGap = all.Select(one =>
                    DateTimeOffset.FromUnixTimeMilliseconds(one.Record.TimestampMs) - one.Signal.Time
                )
                .DefaultIfEmpty()
                .Max(),
        };

        string Both(IGrouping<string, (Found Record, Signal Signal)> group) =>
            $"{group.Key}: {string.Join(" and ", group.Select(one => $"{one.Record.Offset} at {Samples.Shown(DateTimeOffset.FromUnixTimeMilliseconds(one.Record.TimestampMs))}"))}"
            + (
                group.Select(one => one.Record.Text).Distinct().Count() == 1
                    ? ", the same bytes"
                    : ", not the same bytes"
            );
    }

    private static Signal Decoded(Found record) =>
        SignalCodec.Decode(record.Value, out var error) ?? throw new FormatException(error);

    private static string IdentityOf(Signal signal) =>
        string.Join(
            ' ',
            signal.App,
            signal.Cluster,
            signal.Version,
            signal.Track,
            signal.Variant,
            signal.Metric,
            Samples.Shown(signal.Time)
        );

    private static IEnumerable<string> MissingOf(IReadOnlyList<Signal> signals)
    {
        var ends = signals.Where(signal => signal.Last).Select(signal => signal.Time).ToHashSet();
        var times = signals.Select(signal => signal.Time).Distinct().Order().ToList();
        var step = times.Zip(times.Skip(1), (one, next) => next - one).DefaultIfEmpty(TimeSpan.FromSeconds(1)).Min();
        for (var time = times[0]; time <= times[^1]; time += step)
        {
            if (!ends.Contains(time))
                yield return $"{signals[0].App} at {Samples.Shown(time)}";
        }
    }

    private static IEnumerable<string> DisorderedOf(IEnumerable<Signal> signals)
    {
        var newest = DateTimeOffset.MinValue;
        foreach (var signal in signals)
        {
            if (signal.Time < newest)
                yield return $"{IdentityOf(signal)} after {Samples.Shown(newest)}";
            newest = signal.Time > newest ? signal.Time : newest;
        }
    }
}
