using CanaryStreams.Agent;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Demo;

/// <summary>
/// One application in one cluster: visitors come, a share of them meets the canary, and both sides publish what they
/// measured. Its agent moves the share.
/// </summary>
internal sealed class SimulatedCluster(DemoUpdate update, DemoClusterProfile profile, SeededRandom random) : ITraffic
{
    private const double Errors = 0.002;
    private const double JourneyFailures = 0.002;
    private const double Conversion = 0.03;
    private const double LatencyMs = 120;
    private static readonly string[] Journeys = ["place-order", "browse"];

    private readonly Lock _gate = new();
    private string _stable = update.From;
    private int _weightPct;
    private double _commonNoise;
    private double _cpuNoise;
    private int _run;

    public string Name => profile.Name;

    /// <summary>Requests that met the new version, as a canary or promoted here, while the rollout was open.</summary>
    public long NewVersionRequests { get; private set; }

    /// <summary>All requests since the new version first took traffic here or elsewhere, while the rollout was open.</summary>
    public long RequestsSinceStart { get; private set; }

    public bool IsOpen { get; set; }

    public void SetCanary(string version, string? variant, int weightPct) => Move(weightPct);

    public void SelectVariant(string version, string variant, int weightPct) => Move(weightPct);

    public void Promote(string version)
    {
        lock (_gate)
            (_stable, _weightPct) = (version, 0);
    }

    public void Rollback(string version)
    {
        lock (_gate)
            (_stable, _weightPct) = (update.From, 0);
    }

    /// <summary>What the cluster publishes of the time from <paramref name="time"/> − <paramref name="width"/>.</summary>
    public void Sample(DateTimeOffset time, TimeSpan width, DateTimeOffset firstCanary, List<OutputRecord> records)
    {
        lock (_gate)
        {
            var minutes = width.TotalMinutes;
            _commonNoise = 0.9 * _commonNoise + 0.03 * random.Normal();
            var day = 1 + 0.15 * Math.Sin(2 * Math.PI * time.TimeOfDay.TotalDays);
            var load = profile.RequestsPerMinute * day * Math.Exp(_commonNoise);
            var requests = random.Poisson(load * minutes);
            var onCanary = _weightPct == 0 ? 0 : random.Binomial(requests, _weightPct / 100.0);
            if (IsOpen)
            {
                NewVersionRequests += _stable == update.Version ? requests : onCanary;
                RequestsSinceStart += requests;
            }
            Publish(time, Track.Stable, _stable, requests - onCanary, time - firstCanary, records);
            if (_weightPct > 0)
                Publish(time, Track.Canary, update.Version, onCanary, time - firstCanary, records);
        }
    }

    /// <summary>The synthetic journeys of this moment: against stable always, and as a pair where there is a canary.</summary>
    public void RunJourneys(DateTimeOffset time, DateTimeOffset firstCanary, List<OutputRecord> records)
    {
        lock (_gate)
        {
            var age = time - firstCanary;
            foreach (var journey in Journeys)
            {
                var run = $"{update.App}-{Name}-{journey}-{_run++}";
                records.Add(Journey(time, Track.Stable, _stable, journey, run, age));
                if (_weightPct > 0)
                    records.Add(Journey(time, Track.Canary, update.Version, journey, run, age));
            }
        }
    }

    public bool HasCanary
    {
        get
        {
            lock (_gate)
                return _weightPct > 0;
        }
    }

    private void Move(int weightPct)
    {
        lock (_gate)
            _weightPct = weightPct;
    }

    private void Publish(
        DateTimeOffset time,
        Track track,
        string version,
        int requests,
        TimeSpan age,
        List<OutputRecord> records
    )
    {
        var fault = FaultOf(version);
        if (requests > 0)
        {
            var errors = random.Binomial(requests, Errors + (fault?.ErrorsAdded(age) ?? 0));
            var bought = random.Binomial(requests, Conversion);
            var latency =
                LatencyMs
                * (fault?.LatencyFactor(age) ?? 1)
                * Math.Exp(0.3 * _commonNoise + 0.3 / Math.Sqrt(requests) * random.Normal());
            Add("error_rate", (double)errors / requests, requests);
            Add("latency_ms", latency, requests);
            Add("conversion", (double)bought / requests, requests);
        }
        _cpuNoise = 0.7 * _cpuNoise + 0.02 * random.Normal();
        Add("cpu_pct", profile.LoadPct * Math.Exp(0.5 * _commonNoise + _cpuNoise + 0.02 * random.Normal()), 1);

        void Add(string metric, double value, int count) =>
            records.Add(
                DemoRecords.Measurement(
                    time,
                    new SeriesKey(update.App, Name, version, track, Variant: null, metric),
                    value,
                    count
                )
            );
    }

    private OutputRecord Journey(
        DateTimeOffset time,
        Track track,
        string version,
        string journey,
        string run,
        TimeSpan age
    ) =>
        DemoRecords.Transaction(
            new TransactionResult(
                time.ToUnixTimeMilliseconds(),
                update.App,
                Name,
                version,
                track,
                Variant: null,
                journey,
                run,
                180 * Math.Exp(0.1 * random.Normal()),
                !random.Chance(JourneyFailures + (FaultOf(version)?.SyntheticFailures(age) ?? 0)),
                Error: null,
                Steps: []
            )
        );

    /// <summary>The fault is the version's: it is there in the canary, and wherever the version was promoted.</summary>
    private CreepingFault? FaultOf(string version) => version == update.Version ? update.Fault : null;
}
