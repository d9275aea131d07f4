using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Decodes records of <c>canary.updates</c> against the configured policies.</summary>
/// <param name="policies">By name; a request without a policy takes <c>default</c>.</param>
public sealed class UpdateDecoder(IReadOnlyDictionary<string, Policy> policies)
{
    /// <param name="json">One JSON object.</param>
    /// <param name="error">A sentence that names field and value; null where nothing is wrong.</param>
    /// <returns>Null where the record can't be used.</returns>
    public RolloutUpdate? Decode(ReadOnlySpan<byte> json, out string? error) => Fields.Parse(json, Read, out error);

    private RolloutUpdate? Read(Fields fields)
    {
        var time = fields.Time("time");
        var type = fields.Text("type");
        var rollout = fields.Text("rollout");
        if (time is not { } at || type is null || rollout is null)
            return null;
        var command = type switch
        {
            "rollout.requested" => Request(fields, at, rollout),
            "rollout.paused" => new PauseRollout(at, By(fields), Why(fields)),
            "rollout.resumed" => new ResumeRollout(at, By(fields), Why(fields)),
            "rollout.promoted" => new PromoteRollout(at, By(fields), Why(fields)),
            "rollout.cancelled" => new CancelRollout(at, By(fields), Why(fields)),
            "outcome.reported" => Outcome(fields, at),
            _ => Unknown(fields, type),
        };
        return command is null ? null : new RolloutUpdate(rollout, command);
    }

    private RequestRollout? Request(Fields fields, DateTimeOffset time, string rollout)
    {
        var app = fields.Text("app");
        var version = fields.Text("version");
        var policyName = fields.OptionalText("policy") ?? "default";
        if (!policies.TryGetValue(policyName, out var policy))
        {
            var known = string.Join(", ", policies.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));
            fields.Fail($"field 'policy' names '{policyName}', which the configuration doesn't have (it has {known})");
        }
        var clusters = fields.Objects("clusters").Select(ProfileFields.Cluster).OfType<ClusterProfile>().ToList();
        var variants = fields.OptionalTexts("variants");
        var change = ProfileFields.Change(fields.OptionalObject("change"));
        if (app is null || version is null || policy is null || fields.HasErrors)
            return null;
        var request = new RolloutRequest
        {
            Rollout = rollout,
            App = app,
            Version = version,
            From = fields.OptionalText("from"),
            Variants = variants,
            Change = change,
            Clusters = clusters,
        };
        if (request.Problem() is { } problem)
            fields.Fail(problem);
        return new RequestRollout(time, request, policy);
    }

    private static ReportOutcome? Outcome(Fields fields, DateTimeOffset time)
    {
        var verdict = fields.Word<Verdict>("outcome");
        var source = fields.OptionalText("source") ?? "operator";
        if (source is not ("operator" or "incident"))
            fields.Fail($"field 'source' must be 'operator' or 'incident', got '{source}'");
        return verdict is { } outcome ? new ReportOutcome(time, fields.OptionalText("cluster"), outcome, source) : null;
    }

    private static RolloutCommand? Unknown(Fields fields, string type)
    {
        fields.Fail(
            $"field 'type' is '{type}'; known are rollout.requested, .paused, .resumed, .promoted, .cancelled and outcome.reported"
        );
        return null;
    }

    private static string By(Fields fields) => fields.OptionalText("by") ?? "an operator";

    private static string? Why(Fields fields) => fields.OptionalSentence("reason");
}
