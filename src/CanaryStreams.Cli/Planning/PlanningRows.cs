using System.Globalization;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Cli.Planning;

/// <summary>Every single rollout behind the tables, as CSV.</summary>
internal static class PlanningRows
{
    public const string Header =
        "seed,planning,number,rollout,files,lines,dependencies,schema,config_only,fault,clusters,hurt_clusters,"
        + "error_share,latency_growth,onset_minutes,outcome,minutes,requests_on_update,requests_met_fault,requests_met_after,"
        + "false_rollback,detection_minutes";

    public static string Of(ulong seed, string planning, FleetResult result)
    {
        var update = result.Update;
        object?[] fields =
        [
            seed,
            planning,
            update.Number,
            update.Rollout,
            update.Change.Files,
            update.Change.Lines,
            update.Change.Dependencies,
            update.Change.Schema ? 1 : 0,
            update.Change.ConfigOnly ? 1 : 0,
            update.Fault.Name(),
            update.App.Clusters.Count,
            update.Hurt.Count(hurt => hurt),
            Math.Round(update.Harm.ErrorShare, 4),
            Math.Round(update.Harm.LatencyGrowth, 3),
            Math.Round(update.Harm.OnsetMinutes, 1),
            result.Outcome,
            Math.Round((result.EndMs - update.RequestMs) / 60_000.0, 1),
            result.OnUpdate,
            result.MetFault,
            Math.Round(result.MetAfter),
            result.IsFalseRollback ? 1 : 0,
            result.DetectionMinutes,
        ];
        return string.Join(',', fields.Select(field => Convert.ToString(field, CultureInfo.InvariantCulture)));
    }
}
