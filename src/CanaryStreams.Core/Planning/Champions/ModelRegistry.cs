using System.Collections.Immutable;
using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// The models that there are, which of them plans from when on, and what the others would have planned: what <c>canary.models</c>
/// holds. Never changed in place; the order in which records of different keys come doesn't matter, and of one key the last holds.
/// </summary>
public sealed class ModelRegistry
{
    /// <summary>Models that are listed besides those that plan or planned once.</summary>
    public const int MostModels = 12;

    /// <summary>Terms that are kept and published.</summary>
    public const int MostTerms = 20;

    /// <summary>The newest shadowed rollouts that are kept.</summary>
    public const int MostShadowed = 1000;

    /// <summary>The newest models that haven't planned yet are on trial.</summary>
    public const int MostChallengers = 4;

    private ModelRegistry() { }

    public static ModelRegistry Empty { get; } = new();

    /// <summary>What a model is compared with where none plans: what is believed without outcomes.</summary>
    public static ImpactModel Prior { get; } = ImpactTrainer.Train([], seed: 1).Model;

    /// <summary>All that were read: of an old one it may be said later that it plans.</summary>
    public ImmutableDictionary<string, RegisteredModel> Models { get; private init; } =
        ImmutableDictionary.Create<string, RegisteredModel>(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public ImmutableList<ChampionTerm> Terms { get; private init; } = [];

    public ImmutableDictionary<string, ShadowedRollout> Shadowed { get; private init; } =
        ImmutableDictionary.Create<string, ShadowedRollout>(StringComparer.Ordinal);

    /// <summary>Newest first: those that plan or planned once, and the newest of the others.</summary>
    public IEnumerable<RegisteredModel> Newest
    {
        get
        {
            var planned = Terms.Select(term => term.Version).ToHashSet();
            var others = 0;
            return Models
                .Values.OrderByDescending(model => model.MadeMs)
                .ThenByDescending(model => model.Model.Rows)
                .ThenBy(model => model.Version, StringComparer.Ordinal)
                .Where(model => planned.Contains(model.Version) || ++others <= MostModels)
                .ToList();
        }
    }

    /// <summary>The models on trial, newest first: made for the champion's place since it was filled, and never in it.</summary>
    public IReadOnlyList<RegisteredModel> Challengers
    {
        get
        {
            var since = Terms.Count == 0 ? long.MinValue : Terms[^1].FromMs;
            return
            [
                .. Newest
                    .Where(model => model.MadeMs > since && Terms.All(term => term.Version != model.Version))
                    .Take(MostChallengers),
            ];
        }
    }

    /// <summary>Where a rollout that is requested then gets its plan from; null before the first.</summary>
    public ChampionTerm? TermAt(long timeMs) => Terms.FindLast(term => term.FromMs <= timeMs);

    /// <summary>The term that is in force in the end; null where there was none.</summary>
    public ChampionTerm? LastTerm => Terms.Count == 0 ? null : Terms[^1];

    /// <summary>What challengers are compared with: the model that plans, or where none does, the prior.</summary>
    public ImpactModel Reference =>
        LastTerm?.Version is { } version && Models.TryGetValue(version, out var champion) ? champion.Model : Prior;

    /// <summary>The terms with a champion named; see <see cref="ChampionTerm"/>.</summary>
    /// <param name="nowMs">The newest time that is known, Unix milliseconds: the term begins <see cref="TermDelay"/> later.</param>
    public IReadOnlyList<ChampionTerm> Promoting(string version, long nowMs, string by, string reason) =>
        Terms.Add(new ChampionTerm(version, Begin(nowMs), by, reason));

    /// <summary>The terms with the champion taken back: who planned before it, or nobody, plans again.</summary>
    /// <returns>Null where no model plans.</returns>
    public IReadOnlyList<ChampionTerm>? TakingBack(long nowMs, string by, string reason)
    {
        var before = new Stack<string?>();
        foreach (var term in Terms)
        {
            if (!term.IsWithdrawal)
                before.Push(term.Version);
            else if (before.Count > 0)
                before.Pop();
        }
        if (before.Count == 0)
            return null;
        before.Pop();
        var version = before.TryPeek(out var last) ? last : null;
        return Terms.Add(new ChampionTerm(version, Begin(nowMs), by, reason, IsWithdrawal: true));
    }

    /// <summary>A champion plans rollouts that are requested so long after it was named: until then every supervisor has heard of it.</summary>
    public static readonly TimeSpan TermDelay = TimeSpan.FromSeconds(30);

    private long Begin(long nowMs) =>
        Math.Max(nowMs + (long)TermDelay.TotalMilliseconds, LastTerm is { } last ? last.FromMs + 1 : long.MinValue);

    public ModelRegistry With(RegisteredModel model) =>
        Models.ContainsKey(model.Version) ? this : Copy(models: Models.SetItem(model.Version, model));

    /// <param name="terms">All of them, oldest first, in the place of those before: of two who write them the later one holds.</param>
    public ModelRegistry With(IReadOnlyList<ChampionTerm> terms) => Copy(terms: [.. terms.TakeLast(MostTerms)]);

    public ModelRegistry With(ShadowedRollout rollout)
    {
        var all = Shadowed.SetItem(rollout.Rollout, rollout);
        if (all.Count > MostShadowed)
            all = all.Remove(all.Values.MinBy(one => (one.RequestedMs, one.Rollout))!.Rollout);
        return Copy(shadowed: all);
    }

    private ModelRegistry Copy(
        ImmutableDictionary<string, RegisteredModel>? models = null,
        ImmutableList<ChampionTerm>? terms = null,
        ImmutableDictionary<string, ShadowedRollout>? shadowed = null
    ) =>
        new()
        {
            Models = models ?? Models,
            Terms = terms ?? Terms,
            Shadowed = shadowed ?? Shadowed,
        };
}
