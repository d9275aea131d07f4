using System.Collections.Immutable;
using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Planning.Outcomes;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// Makes outcomes, models, shadow plans and champions of rollouts' events. What it has published it takes up again first; then
/// all events that there still are, in whatever order of their partitions. It has no clock and sends nothing itself.
/// </summary>
public sealed class Learner(LearnerSettings settings)
{
    /// <summary>Who names a champion that won its trial.</summary>
    public const string Name = "learner";

    /// <summary>A model is trained anew when so many more rows are there, as a share of those it had.</summary>
    private const double Growth = 0.5;
    private const ulong Seed = 1;

    private readonly OutcomeLedger _outcomes = new();
    private long _newestMs = long.MinValue;

    public ModelRegistry Registry { get; private set; } = ModelRegistry.Empty;

    /// <summary>The rows that are known of a rollout.</summary>
    public IReadOnlyList<ClusterOutcome> OutcomesOf(string rollout) => _outcomes.Of(rollout);

    /// <summary>Takes up a record of <c>canary.outcomes</c>.</summary>
    /// <exception cref="FormatException">It can't be read, and why.</exception>
    public void TakeOutcome(ReadOnlyMemory<byte> value)
    {
        var row = ClusterOutcomeJson.Decode(value.Span, out var error) ?? throw new FormatException(error);
        _outcomes.Restore(row);
        See(row.TimeMs);
    }

    /// <summary>Takes up a record of <c>canary.models</c>, whoever wrote it.</summary>
    /// <exception cref="FormatException">It can't be read, and why.</exception>
    public void TakeModels(ReadOnlyMemory<byte> value) => Registry = ModelRecord.Read(Registry, value);

    /// <param name="nowMs">The clock, Unix milliseconds.</param>
    /// <returns>What follows from it, to be published.</returns>
    public IReadOnlyList<OutputRecord> Observe(PublishedEvent recorded, long nowMs)
    {
        See(recorded.Happened.Time.ToUnixTimeMilliseconds());
        var records = new List<OutputRecord>();
        var changed = _outcomes.Observe(recorded.Rollout, recorded.Sequence, recorded.Happened);
        records.AddRange(changed.Select(RecordOf));
        if (_outcomes.LessonOf(recorded.Rollout) is { } lesson && Shadow(recorded.Happened, lesson) is { } shadowed)
        {
            Registry = Registry.With(shadowed);
            records.Add(ModelRecord.Of(shadowed));
        }
        if (changed.Count > 0)
            records.AddRange(Decide(nowMs));
        return records;
    }

    /// <summary>
    /// To be asked once when all events that there were are read again: an outcome may have been published without the model or
    /// the champion that follows from it.
    /// </summary>
    /// <param name="nowMs">The clock, Unix milliseconds.</param>
    /// <returns>What follows, to be published.</returns>
    public IReadOnlyList<OutputRecord> CatchUp(long nowMs) => Decide(nowMs);

    private List<OutputRecord> Decide(long nowMs)
    {
        var records = new List<OutputRecord>();
        if (Train() is { } model)
        {
            Registry = Registry.With(model);
            records.Add(ModelRecord.Of(model));
        }
        if (settings.Promotes && Winner() is { } won)
        {
            var now = Math.Max(nowMs, _newestMs);
            var terms = Registry.Promoting(won.Version, now, Name, $"promoted: {won.Summary}");
            Registry = Registry.With(terms);
            records.Add(ModelRecord.Of(Registry.Terms));
        }
        return records;
    }

    /// <summary>How each challenger stands, newest first.</summary>
    public IReadOnlyList<Trial> Trials() => [.. Registry.Challengers.Select(model => Stand(model.Model))];

    private Trial Stand(ImpactModel challenger) =>
        Trial.Of(challenger, Registry.Reference, Registry.Shadowed.Values, _outcomes.Of);

    private Trial? Winner() =>
        Registry.LastTerm?.FromMs > _newestMs
            ? null
            : Trials().Where(trial => trial.IsWon(settings.TrialRollouts)).MaxBy(trial => trial.Capital);

    /// <summary>What the others would have planned, when it is planned; and what was noted, when it has ended.</summary>
    private ShadowedRollout? Shadow(RolloutEvent happened, RolloutLesson lesson)
    {
        if (lesson is not { Request: { } request, Policy: { } policy, Plan: { } made })
            return null;
        var known = Registry.Shadowed.GetValueOrDefault(request.Rollout);
        if (known is not null)
            return lesson.IsEnded && !known.IsEnded ? known with { IsEnded = true, Noted = lesson.Noted } : null;
        if (happened is not RolloutPlanned)
            return null;
        var challengers = Registry.Challengers.Where(model => model.MadeMs < lesson.RequestedMs).ToList();
        if (challengers.Count == 0)
            return null;
        var asked = challengers.Select(model => model.Model);
        if (Registry.TermAt(lesson.RequestedMs)?.Version is null)
            asked = asked.Prepend(ModelRegistry.Prior);
        return new ShadowedRollout(
            request.Rollout,
            lesson.RequestedMs,
            ShadowPlan.Of(made),
            [.. asked.Select(model => ShadowPlan.Of(Planner.Plan(request, policy, new LearntImpact(model))))],
            lesson.IsEnded,
            lesson.IsEnded ? lesson.Noted : ImmutableSortedDictionary<string, double>.Empty
        );
    }

    private RegisteredModel? Train()
    {
        var last = Registry.Newest.FirstOrDefault();
        var rows = _outcomes.Rows.ToList();
        var fresh = last is null ? rows.Count : Fresh(rows, last.Model);
        var enough = Math.Max(settings.RetrainAfter, (int)(Growth * (last?.Model.Rows ?? 0)));
        var isTime =
            last is not null && fresh > 0 && _newestMs - last.MadeMs >= settings.RetrainEvery.TotalMilliseconds;
        if (fresh < enough && !isTime)
            return null;
        var model = RegisteredModel.Of(ImpactTrainer.Train(rows, Seed), _newestMs);
        return Registry.Models.ContainsKey(model.Version) ? null : model;
    }

    /// <summary>
    /// Rows may come later than newer ones; and where old ones are forgotten, or people say otherwise, there are new ones though
    /// there are no more.
    /// </summary>
    private static int Fresh(List<ClusterOutcome> rows, ImpactModel last) =>
        Math.Max(rows.Count - last.Rows, rows.Count(row => row.TimeMs > last.LastMs));

    private void See(long timeMs) => _newestMs = Math.Max(_newestMs, timeMs);

    private static OutputRecord RecordOf(ClusterOutcome row) =>
        new(
            Topics.Outcomes,
            Encoding.UTF8.GetBytes($"{row.Rollout}/{row.Cluster.Name}"),
            ClusterOutcomeJson.Encode(row)
        );
}
