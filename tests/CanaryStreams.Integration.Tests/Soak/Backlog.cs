using Confluent.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>
/// An input that is on the topics before any engine begins, the same byte for byte each time it is written: stable applications,
/// each with a canary from some time on, since signals tell of no others, a third of those broken.
/// </summary>
internal sealed record Backlog(DateTimeOffset From, TimeSpan Length, int Apps = 8, ulong Seed = 11)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(20);

    /// <summary>What comes behind it closes the buckets up to here by their event time.</summary>
    public DateTimeOffset End => From + Length;

    public IEnumerable<string> Names => FleetLoad.Names(Apps);

    /// <summary>Each record has the broker's timestamp of its event, as if it had been written then.</summary>
    /// <returns>How many measurements and journeys it has.</returns>
    public int Write(string bootstrap)
    {
        var written = 0;
        using var producer = Outside.Producer(bootstrap);
        var samples = new Samples(Seed);
        for (var (time, tick) = (From, 0); time < End + Tail; time += SampleEvery, tick++)
            foreach (var (app, number) in Names.Select((name, index) => (name, index)))
            foreach (var sample in Records(samples, time, tick, app, number))
            {
                Send(producer, sample, time);
                written++;
            }
        producer.Flush(TimeSpan.FromMinutes(2));
        return written;
    }

    private IEnumerable<Sample> Records(Samples samples, DateTimeOffset time, int tick, string app, int number)
    {
        var begins = From + Length / 4 + SampleEvery * (number * 10);
        var hasCanary = time >= begins;
        if (hasCanary && time < begins + SampleEvery)
            yield return Samples.Request(time, app, "0", "1", FleetLoad.Clusters);
        foreach (var cluster in FleetLoad.Clusters)
        {
            var sides = new List<Side> { new(app, cluster, "stable", "0", IsBroken: false) };
            if (hasCanary)
                sides.Add(new Side(app, cluster, "canary", "1", IsBroken: number % 3 == 0));
            foreach (var sample in sides.SelectMany(side => samples.Measurements(time, side)))
                yield return sample;
            if (tick % 4 != 0)
                continue;
            foreach (var sample in samples.Journeys(time, sides))
                yield return sample;
        }
    }

    private static void Send(IProducer<string, byte[]> producer, Sample sample, DateTimeOffset time)
    {
        var message = new Message<string, byte[]>
        {
            Key = sample.Key,
            Value = sample.Value,
            Timestamp = new Timestamp(time),
        };
        producer.Produce(sample.Topic, message);
    }
}
