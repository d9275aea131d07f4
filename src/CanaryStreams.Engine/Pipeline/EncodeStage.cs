using System.Text;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>Turns signals and rejects into records; leaves out what an earlier life of the lane has published.</summary>
/// <param name="partition">Where signals go: the partition of the telemetry behind them, whoever keyed it.</param>
public sealed class EncodeStage(
    int? partition,
    Func<Signal, bool> isNew,
    Func<Reject, bool> isNewReject,
    bool encodesSignals = true
) : IStage<LaneBatch<Signal>, EncodedBatch>
{
    public EncodedBatch Process(LaneBatch<Signal> batch)
    {
        var signals = batch.Items.Where(isNew).ToList();
        var records = new List<OutputRecord>(signals.Count + batch.Rejects.Count);
        foreach (var signal in encodesSignals ? signals : [])
            records.Add(ToRecord(signal));
        foreach (var experience in batch.Experiences)
            records.Add(ToRecord(experience));
        foreach (var reject in batch.Rejects.Where(isNewReject))
            records.Add(RejectRecord.Of(reject));
        return new EncodedBatch(signals, records, batch.Input);
    }

    /// <summary>By its rollout, which teaches once: compaction keeps each.</summary>
    private static OutputRecord ToRecord(RolloutExperience experience) =>
        new(Topics.Fleet, Encoding.UTF8.GetBytes(experience.Rollout), ExperienceJson.Encode(experience));

    private OutputRecord ToRecord(Signal signal) =>
        new(Topics.Signals, Encoding.UTF8.GetBytes(signal.App), SignalCodec.Encode(signal), Partition: partition);
}
