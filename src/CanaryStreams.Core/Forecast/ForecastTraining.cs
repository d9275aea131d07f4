using System.Buffers;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Forecast;

/// <summary>
/// Fits <see cref="FailureForecaster"/> on simulated rollouts of all families: half of them fit the weights, a quarter
/// calibrates, a quarter measures. Rollouts, never buckets, are divided, so no rollout is in two parts.
/// </summary>
public static class ForecastTraining
{
    private const double BoringKept = 0.1;
    private const double Ridge = 1;
    private const double Budget = 0.01;
    private const int ReliabilityBins = 10;

    /// <param name="rollouts">≥ 72; about 0.03 s each.</param>
    /// <param name="progress">Told the number of rollouts played, now and then.</param>
    /// <returns>The model with its card, to be written to a file, and how well it does on what it wasn't fitted to.</returns>
    public static ForecastTrainingResult Train(ulong seed, int rollouts, Action<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rollouts, 4 * RolloutFamilies.All.Count);
        List<Row>[] parts =
        [
            [],
            [],
            [],
        ];
        var draw = SeededRandom.Of(seed, ulong.MaxValue);
        // A model of zeros: the features don't depend on it.
        var blank = new FailureForecaster(new double[ForecastFeatures.Count], 0, 1, 0);
        foreach (var rollout in RolloutSimulator.Rollouts(seed, rollouts, RolloutFamilies.All))
        {
            var part = (rollout.Number / RolloutFamilies.All.Count % 4) switch
            {
                0 or 2 => 0,
                1 => 1,
                _ => 2,
            };
            Play(rollout, blank, draw, parts[part]);
            if (rollout.Number % 50 == 49)
                progress?.Invoke(rollout.Number + 1);
        }
        var fitted = Fit(parts[0]);
        var calibrated = Calibrate(fitted, parts[1]);
        var (brier, reference, bins) = Measure(calibrated, parts[2]);
        return new ForecastTrainingResult(
            calibrated,
            ToJson(calibrated, seed, rollouts, parts, brier, reference),
            brier,
            reference,
            bins
        );
    }

    private static void Play(SimulatedRollout rollout, FailureForecaster blank, SeededRandom draw, List<Row> rows)
    {
        foreach (var (_, minutes) in SimulatedJudgement.Of(rollout, blank, Budget))
        foreach (var minute in minutes)
        {
            var interesting = minute.Sustained || minute.Reading.WorthIt || minute.Reading.LogE > 0;
            if (interesting || draw.Chance(BoringKept))
                rows.Add(new Row(minute.Features.ToArray(), minute.Sustained, interesting ? 1 : 1 / BoringKept));
        }
    }

    private static FailureForecaster Fit(List<Row> rows)
    {
        var beta = LogisticFit.Fit(
            [.. rows.Select(r => r.Features)],
            [.. rows.Select(r => r.Sustained)],
            [.. rows.Select(r => r.Weight)],
            Ridge
        );
        return new FailureForecaster(beta[..^1], beta[^1], 1, 0);
    }

    private static FailureForecaster Calibrate(FailureForecaster fitted, List<Row> rows)
    {
        var beta = LogisticFit.Fit(
            [.. rows.Select(r => new[] { fitted.Margin(r.Features) })],
            [.. rows.Select(r => r.Sustained)],
            [.. rows.Select(r => r.Weight)],
            ridge: 1e-3
        );
        return new FailureForecaster(fitted.Weights.ToArray(), fitted.Intercept, beta[0], beta[1]);
    }

    private static (double Brier, double Reference, IReadOnlyList<ReliabilityBin> Bins) Measure(
        FailureForecaster forecaster,
        List<Row> rows
    )
    {
        var weights = new double[ReliabilityBins];
        var predicted = new double[ReliabilityBins];
        var seen = new double[ReliabilityBins];
        var (squares, total, sustained) = (0.0, 0.0, 0.0);
        foreach (var row in rows)
        {
            var p = forecaster.PSustained(row.Features);
            var truth = row.Sustained ? 1 : 0;
            var bin = Math.Min((int)(p * ReliabilityBins), ReliabilityBins - 1);
            weights[bin] += row.Weight;
            predicted[bin] += row.Weight * p;
            seen[bin] += row.Weight * truth;
            squares += row.Weight * (p - truth) * (p - truth);
            total += row.Weight;
            sustained += row.Weight * truth;
        }
        var rate = sustained / total;
        var bins = Enumerable
            .Range(0, ReliabilityBins)
            .Where(b => weights[b] > 0)
            .Select(b => new ReliabilityBin(predicted[b] / weights[b], seen[b] / weights[b], weights[b]))
            .ToList();
        return (squares / total, rate * (1 - rate), bins);
    }

    private static string ToJson(
        FailureForecaster model,
        ulong seed,
        int rollouts,
        List<Row>[] parts,
        double brier,
        double reference
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", FailureForecaster.FormatVersion);
            json.WriteStartObject("card");
            json.WriteString("what", "P(effect beyond minEffect for more than half of the next horizon)");
            json.WriteString("data", "simulated rollouts of all families, buckets of one minute, horizon of 15");
            json.WriteNumber("seed", seed);
            json.WriteNumber("rollouts", rollouts);
            json.WriteNumber("rowsFitted", parts[0].Count);
            json.WriteNumber("rowsCalibrated", parts[1].Count);
            json.WriteNumber("rowsMeasured", parts[2].Count);
            json.WriteNumber("brier", Math.Round(brier, 5));
            json.WriteNumber("brierOfBaseRate", Math.Round(reference, 5));
            json.WriteEndObject();
            json.WriteStartObject("weights");
            for (var i = 0; i < ForecastFeatures.Count; i++)
                json.WriteNumber(ForecastFeatures.Names[i], Math.Round(model.Weights[i], 6));
            json.WriteEndObject();
            json.WriteNumber("intercept", Math.Round(model.Intercept, 6));
            json.WriteStartObject("calibration");
            json.WriteNumber("slope", Math.Round(model.Slope, 6));
            json.WriteNumber("offset", Math.Round(model.Offset, 6));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private sealed record Row(double[] Features, bool Sustained, double Weight);
}
