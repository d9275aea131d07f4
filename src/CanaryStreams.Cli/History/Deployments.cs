using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Cli.History;

/// <summary>Deployments of a file as outcomes that a model learns from, or all that is wrong with them.</summary>
/// <param name="Outcomes">In the order of the file; whole only where there are no mistakes.</param>
/// <param name="Mistakes">Each <c>FILE:LINE: reason</c>.</param>
internal sealed record Deployments(IReadOnlyList<ClusterOutcome> Outcomes, IReadOnlyList<string> Mistakes)
{
    /// <param name="policy">Its metrics say what a difference between before and after is worth.</param>
    /// <exception cref="Score.InputException">The file can't be read at all.</exception>
    public static Deployments Of(string path, Policy policy)
    {
        var (outcomes, mistakes) = (new List<ClusterOutcome>(), new List<string>());
        var file = new HistoryFile(path, mistakes);
        var check = new HistoryCheck();
        var records = file.Read();
        foreach (var record in records)
        {
            var outcome = EarlierDeployment.Decode(record.Json.Span, policy, out var errors);
            foreach (var error in errors)
                file.Add(record.Line, error);
            if (outcome is null)
                continue;
            outcomes.Add(outcome);
            foreach (var problem in check.ProblemsOf(outcome, record.Line))
                file.Add(record.Line, problem);
        }
        if (records.Count == 0 && mistakes.Count == 0)
            file.Add(1, "holds no deployment");
        return new Deployments(outcomes, mistakes);
    }
}
