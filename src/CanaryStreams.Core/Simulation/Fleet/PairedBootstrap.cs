namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>How a number of one way of planning compares with that of another on the same updates.</summary>
/// <param name="Change">Relative: −0.6 is sixty per cent less.</param>
/// <param name="Lower">Lower end of a 95 % interval.</param>
/// <param name="Upper">Upper end of it.</param>
public readonly record struct RelativeChange(double Change, double Lower, double Upper);

/// <summary>
/// Percentile bootstrap (Efron 1979) over updates: both ways keep their results of an update together, so what an update
/// is like is no part of the spread. Rollouts that learn from each other aren't independent; the interval is of the updates
/// that might have come, given what was learnt.
/// </summary>
public static class PairedBootstrap
{
    private const int Resamples = 2000;

    /// <param name="results">Of the way that is asked about.</param>
    /// <param name="reference">Of the other, on the same updates in the same order.</param>
    /// <param name="measure">Of the results of some updates; NaN where they have none.</param>
    public static RelativeChange Compare(
        IReadOnlyList<FleetResult> results,
        IReadOnlyList<FleetResult> reference,
        Func<IEnumerable<FleetResult>, double> measure,
        ulong seed
    )
    {
        if (!results.Select(one => one.Update.Rollout).SequenceEqual(reference.Select(one => one.Update.Rollout)))
            throw new ArgumentException("both must be of the same updates in the same order", nameof(reference));
        var random = new SeededRandom(seed);
        var changes = new List<double>(Resamples);
        var chosen = new int[results.Count];
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < chosen.Length; j++)
                chosen[j] = (int)(random.NextDouble() * chosen.Length);
            var change = measure(chosen.Select(at => results[at])) / measure(chosen.Select(at => reference[at])) - 1;
            if (double.IsFinite(change))
                changes.Add(change);
        }
        var all = measure(results) / measure(reference) - 1;
        if (changes.Count == 0)
            return new RelativeChange(all, double.NaN, double.NaN);
        changes.Sort();
        return new RelativeChange(all, changes[(int)(0.025 * changes.Count)], changes[(int)(0.975 * changes.Count)]);
    }
}
