using System.Diagnostics.Metrics;
using CanaryStreams.Cli.Http.Exposition;
using CanaryStreams.Engine.Diagnostics;

namespace CanaryStreams.Engine.Tests.Http;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() => _collector = new MetricsCollector(Metrics.Meter);

    private EngineMetrics Metrics => _diagnostics.Metrics;

    public void Dispose()
    {
        _collector.Dispose();
        _diagnostics.Dispose();
    }

    [Fact]
    public void Collect_EveryMethodOfTheMetrics_ShowsAsItsSeries()
    {
        Metrics.Read("canary.updates", 3);
        Metrics.Read("canary.updates", 4);
        Metrics.Rejected("canary.acks", 1);
        Metrics.SignalsPublished(5);
        Metrics.Appended(2, TimeSpan.FromMilliseconds(3));
        Metrics.AppendConflicted();
        Metrics.CommandsPublished(6);
        Metrics.RolloutEnded("promoted");
        Metrics.TakenOver(8);
        Metrics.Retried("journal");
        Metrics.Available("kafka", true);
        Metrics.Available("kafka", false);
        Metrics.SnapshotWritten(5000, TimeSpan.FromSeconds(20));

        var series = ExpositionRules.Read(_collector.Collect());

        series["canarystreams_records_read_total{topic=\"canary.updates\"}"].ShouldBe(7);
        series["canarystreams_records_rejected_total{topic=\"canary.acks\"}"].ShouldBe(1);
        series["canarystreams_signals_published_total"].ShouldBe(5);
        series["canarystreams_decisions_appended_total"].ShouldBe(2);
        series["canarystreams_journal_conflicts_total"].ShouldBe(1);
        series["canarystreams_commands_published_total"].ShouldBe(6);
        series["canarystreams_rollouts_ended_total{outcome=\"promoted\"}"].ShouldBe(1);
        series["canarystreams_takeovers_total"].ShouldBe(8);
        series["canarystreams_retries_total{dependency=\"journal\"}"].ShouldBe(1);
        series["canarystreams_dependency_available{dependency=\"kafka\"}"].ShouldBe(0);
        series["canarystreams_journal_append_duration_seconds_bucket{le=\"0.0025\"}"].ShouldBe(0);
        series["canarystreams_journal_append_duration_seconds_bucket{le=\"0.005\"}"].ShouldBe(1);
        series["canarystreams_journal_append_duration_seconds_sum"].ShouldBe(0.003);
        series["canarystreams_snapshot_duration_seconds_bucket{le=\"10\"}"].ShouldBe(0);
        series["canarystreams_snapshot_duration_seconds_bucket{le=\"+Inf\"}"].ShouldBe(1);
        series["canarystreams_snapshot_size_bytes_bucket{le=\"4096\"}"].ShouldBe(0);
        series["canarystreams_snapshot_size_bytes_bucket{le=\"16384\"}"].ShouldBe(1);
        series["canarystreams_snapshot_size_bytes_sum"].ShouldBe(5000);
    }

    [Fact]
    public void Collect_ALane_ShowsForAsLongAsItIsOwned()
    {
        using (var supervisor = Metrics.Lane("supervisor", 3))
        using (var analyzer = Metrics.Lane("analyzer", 3))
        using (Metrics.Lane("analyzer", 4))
        {
            supervisor.Active(12);
            supervisor.Pending(0);
            analyzer.Lag("canary.telemetry", 100);
            analyzer.Lag("canary.telemetry", 90);
            var owned = ExpositionRules.Read(_collector.Collect());
            owned["canarystreams_lanes_owned{role=\"analyzer\"}"].ShouldBe(2);
            owned["canarystreams_lanes_owned{role=\"supervisor\"}"].ShouldBe(1);
            owned["canarystreams_rollouts_active{partition=\"3\"}"].ShouldBe(12);
            owned["canarystreams_outbox_pending{partition=\"3\"}"].ShouldBe(0);
            owned["canarystreams_partition_lag{partition=\"3\",role=\"analyzer\",topic=\"canary.telemetry\"}"]
                .ShouldBe(90);
        }
        var gone = ExpositionRules.Read(_collector.Collect()).Keys;
        gone.ShouldAllBe(key => !key.Contains("partition=") && !key.Contains("lanes_owned"));
    }

    [Fact]
    public void Collect_APart_ShowsWhetherItIsReady()
    {
        using var broker = _diagnostics.Health.Part("broker");
        ExpositionRules.Read(_collector.Collect())["canarystreams_part_ready{part=\"broker\"}"].ShouldBe(0);
        broker.Ready();
        ExpositionRules.Read(_collector.Collect())["canarystreams_part_ready{part=\"broker\"}"].ShouldBe(1);
    }

    [Fact]
    public void Collect_TheRuntime_TellsMemoryCollectionsAndThreads()
    {
        GC.Collect();
        var series = ExpositionRules.Read(_collector.Collect());
        series["dotnet_process_memory_working_set_bytes"].ShouldBeGreaterThan(1 << 20);
        series["dotnet_thread_pool_thread_count"].ShouldBeGreaterThanOrEqualTo(0);
        series.ShouldContainKey("dotnet_thread_pool_queue_length");
        series.ShouldContainKey("dotnet_gc_pause_time_seconds_total");
        series["dotnet_gc_collections_total{gc_heap_generation=\"gen2\"}"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Collect_AnotherEngineInThisProcess_IsNotMixedIn()
    {
        using var other = new EngineDiagnostics(TimeProvider.System);
        other.Metrics.TakenOver(1);
        ExpositionRules.Read(_collector.Collect()).ShouldNotContainKey("canarystreams_takeovers_total");
    }

    [Fact]
    public void Collect_ACounterThatGoesUpAndDown_IsAGauge()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(meter);
        var open = meter.CreateUpDownCounter<int>("open", "{connection}", "Open ones.");
        open.Add(3);
        open.Add(-1);
        var text = collector.Collect();
        text.ShouldContain("# HELP open Open ones.\n# TYPE open gauge\nopen 2\n");
    }

    [Fact]
    public void Collect_MoreSeriesThanThereIsRoomFor_SharesOne()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(meter);
        var counter = meter.CreateCounter<long>("wide");
        for (var number = 0; number < MetricFamily.SeriesMax + 7; number++)
            counter.Add(1, new KeyValuePair<string, object?>("number", number));
        counter.Add(1, new KeyValuePair<string, object?>("number", 0));
        var series = ExpositionRules.Read(collector.Collect());
        series["wide_total{number=\"0\"}"].ShouldBe(2);
        series["wide_total{otel_metric_overflow=\"true\"}"].ShouldBe(7);
        series
            .Keys.Count(key => key.StartsWith("wide_total", StringComparison.Ordinal))
            .ShouldBe(MetricFamily.SeriesMax + 1);
    }

    [Fact]
    public async Task Collect_WhileOthersCount_LosesNothing()
    {
        await Parallel.ForAsync(
            0,
            2000,
            TestContext.Current.CancellationToken,
            (number, _) =>
            {
                Metrics.Read("canary.telemetry", 1);
                if (number % 50 == 0)
                    ExpositionRules.Read(_collector.Collect());
                return ValueTask.CompletedTask;
            }
        );
        ExpositionRules
            .Read(_collector.Collect())["canarystreams_records_read_total{topic=\"canary.telemetry\"}"]
            .ShouldBe(2000);
    }
}
