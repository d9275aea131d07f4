using CanaryStreams.Cli.Explain;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Replay;

/// <summary>What a person wants to read of a replay: explanations, and how another file's policies would have decided.</summary>
internal static class ReplayReport
{
    /// <param name="theirs">Under the other file's policies; null where none was named.</param>
    public static void Write(ReplayArguments arguments, RolloutReader ours, RolloutReader? theirs, TextWriter output)
    {
        if (theirs is null)
        {
            if (arguments.Explain)
                Explain(ours, ours.List().Select(rollout => rollout.Rollout), output);
            return;
        }
        var names = (arguments.Config ?? ConfigurationLoader.DefaultPath, arguments.Policy!);
        var compared = PolicyComparison.Of(ours, theirs);
        if (arguments.Explain)
        {
            output.WriteLine($"Under {names.Item1}");
            output.WriteLine();
            Explain(ours, compared.Select(pair => pair.Rollout), output);
            output.WriteLine($"Under {names.Item2}, what is decided otherwise");
            output.WriteLine();
            Explain(
                theirs,
                compared.Where(pair => pair.Mark != DecisionPair.Same).Select(pair => pair.Rollout),
                output
            );
        }
        PolicyComparison.Write(compared, names.Item1, names.Item2, output);
    }

    private static void Explain(RolloutReader reader, IEnumerable<string> rollouts, TextWriter output)
    {
        foreach (var rollout in rollouts)
        {
            var events = reader.Events(rollout);
            if (events.Count == 0)
                continue;
            ExplanationReport.Write(rollout, [.. events.Select(journalled => journalled.Happened)], output);
            output.WriteLine();
        }
    }
}
