using System.Text;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Engine.Tests.Pipeline;

/// <summary>A lane whose publisher stands still takes exactly so much, and goes on where it stood.</summary>
public sealed class BackPressureTests : IDisposable
{
    private const int BatchRecords = 500;
    private const int LaneInRecords = 20_000;
    private const int SignalsOutRecords = 10_000;

    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));
    private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _published = [];
    private readonly ChannelHost _host = new();
    private long _offset;

    [Fact]
    public async Task Offer_PublisherBlocked_AdmitsExactlyWhatTheEdgesHoldAndLosesNothingWhenItGoesOn()
    {
        ComposeLane();
        var running = _host.RunAsync(_guard.Token);

        // Every record is unreadable, so each one that goes in comes out as one reject, and both edges count alike.
        // signals-out holds 20 batches, the one that the publisher is busy with among them. The stages have worked on one
        // more, for which there is no room; until there is, its weight stays in lane-in, which holds 40 batches.
        var admitted = 0;
        while (admitted < LaneInRecords + SignalsOutRecords)
        {
            if (TryOffer())
                admitted += BatchRecords;
            else
                await Tick();
        }
        await _blocked.Task;
        while (Used("signals-out") < SignalsOutRecords)
            await Tick();

        Used("lane-in").ShouldBe(LaneInRecords);
        TryOffer().ShouldBeFalse();
        admitted.ShouldBe(30_000);
        _published.ShouldBeEmpty();

        _released.SetResult();
        while (admitted < 50_000)
        {
            if (TryOffer())
                admitted += BatchRecords;
            else
                await Tick();
        }
        _host.Complete();
        await running;

        _published.ShouldBe(Enumerable.Range(0, 50_000).Select(i => (long)i));
        _host.Fill.ShouldAllBe(edge => edge.Used() == 0);
    }

    [Fact]
    public async Task Offer_EmptyBatches_AreBoundedToo()
    {
        ComposeLane();
        var running = _host.RunAsync(_guard.Token);
        var tick = new LaneInput([], 0, ClockCloses: true);

        var admitted = 0;
        while (admitted < LaneInRecords + SignalsOutRecords)
        {
            if (_host.TryOffer(CanaryGraph.Inputs, tick))
                admitted++;
            else
                await Tick();
        }

        while (Used("signals-out") < SignalsOutRecords)
            await Tick();
        _host.TryOffer(CanaryGraph.Inputs, tick).ShouldBeFalse();
        _released.SetResult();
        _host.Complete();
        await running;
    }

    public void Dispose() => _guard.Dispose();

    private void ComposeLane()
    {
        var stages = new LaneFactory(
            StreamSettings.Default,
            new Dictionary<string, Policy>(),
            DetectorModels.Default,
            NoFleet.Instance
        ).Create(0, _ => true, _ => true);
        CanaryGraph.ComposeLane(_host, stages, PublishAsync);
    }

    private async ValueTask PublishAsync(EncodedBatch batch, CancellationToken stop)
    {
        _blocked.TrySetResult();
        await _released.Task.WaitAsync(stop);
        foreach (var record in batch.Records)
            _published.Add(
                long.Parse(
                    Encoding.UTF8.GetString(record.Headers!.Single(h => h.Name == RejectRecord.OriginOffset).Value.Span)
                )
            );
    }

    private bool TryOffer()
    {
        var records = Enumerable
            .Range(0, BatchRecords)
            .Select(i => new RawRecord(Topics.Telemetry, 0, _offset + i, 0, default, "no JSON"u8.ToArray(), null))
            .ToList();
        if (!_host.TryOffer(CanaryGraph.Inputs, new LaneInput(records, 0, ClockCloses: false)))
            return false;
        _offset += BatchRecords;
        return true;
    }

    private int Used(string edge) => _host.Fill.Single(fill => fill.Edge.Name == edge).Used();

    private Task Tick() => Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _guard.Token);
}
