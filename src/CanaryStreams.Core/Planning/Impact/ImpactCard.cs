namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// How far a trained model can be trusted, by cross-validation: rollouts are divided into folds, and each row is predicted, as
/// it would have been when the update was about to reach the cluster, by a model that hasn't seen its rollout.
/// </summary>
/// <param name="Model">Its version.</param>
/// <param name="BaseRate">Share of the rows that failed; 0 where there are none.</param>
/// <param name="Brier">Mean squared error of the predictions; null with fewer rollouts than folds.</param>
/// <param name="BrierSkill">1 − Brier over that of predicting the base rate (Murphy 1973); 1 is best, 0 useless.</param>
/// <param name="Calibration">Tenths of the predictions that have cases.</param>
/// <param name="Learnt">The ten parameters that have moved most from what was believed before, in prior standard deviations.</param>
public sealed record ImpactCard(
    string Model,
    ulong Seed,
    int Rows,
    int Rollouts,
    double BaseRate,
    double? Brier,
    double? BrierSkill,
    IReadOnlyList<CalibrationBin> Calibration,
    IReadOnlyList<LearntParameter> Learnt
);

/// <summary>Predictions between <paramref name="From"/> and a tenth more.</summary>
/// <param name="Predicted">Their mean.</param>
/// <param name="Observed">Share that failed.</param>
public sealed record CalibrationBin(double From, int Cases, double Predicted, double Observed)
{
    /// <summary>By tenths; those without cases are left out.</summary>
    public static IReadOnlyList<CalibrationBin> Of(IEnumerable<(double P, bool Failed)> predictions) =>
        [
            .. predictions
                .GroupBy(one => Math.Clamp((int)(10 * one.P), 0, 9))
                .OrderBy(bin => bin.Key)
                .Select(bin => new CalibrationBin(
                    bin.Key / 10.0,
                    bin.Count(),
                    bin.Average(one => one.P),
                    bin.Average(one => one.Failed ? 1.0 : 0)
                )),
        ];
}

/// <summary>A parameter with its standard deviation; logarithms of odds, logits, or units of a trait.</summary>
/// <param name="Before">Its prior mean.</param>
public sealed record LearntParameter(string Name, double Before, double Mean, double Sd);
