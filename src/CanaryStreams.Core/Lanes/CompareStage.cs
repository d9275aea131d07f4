using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Turns scored buckets into signals. An application under a rollout gets a signal for each of its series, the canary's
/// with evidence against concurrent stable and a forecast; any other gets signals of its anomalous buckets only.
/// </summary>
public sealed class CompareStage(StreamSettings settings) : IStage<LaneBatch<ScoredItem>, LaneBatch<Signal>>
{
    private readonly Dictionary<string, AppComparison> _apps = [];

    /// <summary>Applications of the rollouts seen: an update names its rollout only.</summary>
    private readonly Dictionary<string, string> _appOfRollout = [];

    public LaneBatch<Signal> Process(LaneBatch<ScoredItem> batch)
    {
        var signals = new List<Signal>();
        foreach (var item in batch.Items)
        {
            if (item.Update is { } update)
                Take(update);
            else if (item.Bucket is { } bucket)
                AppOf(bucket.Bucket.App).Compare(bucket, signals);
        }
        return new LaneBatch<Signal>(signals, batch.Rejects, batch.Input);
    }

    private void Take(RolloutUpdate update)
    {
        if (update.Command is RequestRollout requested)
        {
            var request = requested.Request;
            _appOfRollout[request.Rollout] = request.App;
            AppOf(request.App).Watch(request, requested.Policy, requested.Time);
        }
        else if (update.Command is CancelRollout && _appOfRollout.TryGetValue(update.Rollout, out var app))
            AppOf(app).Unwatch(update.Rollout);
    }

    private AppComparison AppOf(string app)
    {
        if (!_apps.TryGetValue(app, out var comparison))
            _apps[app] = comparison = new AppComparison(settings);
        return comparison;
    }
}
