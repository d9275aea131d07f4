using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Turns scored buckets into signals. An application under a rollout gets a signal for each of its series, the canary's
/// with evidence against concurrent stable and a forecast; any other gets signals of its anomalous buckets only.
/// </summary>
/// <param name="fleet">Shared by all lanes.</param>
public sealed class CompareStage(StreamSettings settings, IFleet fleet)
    : IStage<LaneBatch<ScoredItem>, LaneBatch<Signal>>
{
    private readonly Dictionary<string, AppComparison> _apps = [];

    public LaneBatch<Signal> Process(LaneBatch<ScoredItem> batch)
    {
        var signals = new List<Signal>();
        var experiences = new List<RolloutExperience>();
        foreach (var item in batch.Items)
        {
            if (item.Update is { } update)
                Take(update, experiences);
            else if (item.Bucket is { } bucket)
                AppOf(bucket.Bucket.App).Compare(bucket, signals);
        }
        return new LaneBatch<Signal>(signals, batch.Rejects, batch.Input) { Experiences = experiences };
    }

    private void Take(RolloutUpdate update, List<RolloutExperience> experiences)
    {
        switch (update.Command)
        {
            case RequestRollout { Request: var request } requested:
                AppOf(request.App).Watch(request, requested.Policy, requested.Time);
                break;
            case CancelRollout:
                // It names no application; it is rare, and the applications of a lane are few.
                foreach (var app in _apps.Values)
                    app.Cancel(update.Rollout);
                break;
            case ReportOutcome outcome:
                Teach(update.Rollout, outcome, experiences);
                break;
        }
    }

    /// <summary>It names no application either.</summary>
    private void Teach(string rollout, ReportOutcome outcome, List<RolloutExperience> experiences)
    {
        foreach (var app in _apps.Values)
            if (app.Learn(rollout, outcome) is { } experience && fleet.Learn(experience))
                experiences.Add(experience);
    }

    private AppComparison AppOf(string app)
    {
        if (!_apps.TryGetValue(app, out var comparison))
            _apps[app] = comparison = new AppComparison(settings, fleet);
        return comparison;
    }
}
