using System.CommandLine;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Graph;

/// <summary><c>canarystreams graph</c>: prints the stream graph from the composition that runs.</summary>
public static class GraphCommand
{
    private const string Description = """
        Print the stream graph: its parts, and the edges between them with their capacity and what happens when one is full.

        Example: canarystreams graph --format mermaid
        """;

    public static Command Create()
    {
        var format = new Option<string>("--format")
        {
            Description = "text or mermaid.",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "mermaid");
        var command = new Command("graph", Description) { format };
        command.SetAction(parsed =>
        {
            var graph = Describe();
            parsed.InvocationConfiguration.Output.Write(
                parsed.GetValue(format) == "mermaid" ? graph.ToMermaid() : graph.ToText()
            );
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The stages are described and never run.</summary>
    internal static GraphDescription Describe()
    {
        var policies = new Dictionary<string, Policy>();
        var graph = new GraphDescription();
        var lane = new LaneFactory(StreamSettings.Default, policies, DetectorModels.Default, NoFleet.Instance).Create(
            null,
            _ => true,
            _ => true
        );
        var supervision = new SupervisionStages(
            () => new ReadStage(new UpdateDecoder(policies), StreamSettings.Default.MaxSkew),
            () => new DecideStage(new Supervisor(new MemoryJournal()))
        );
        CanaryGraph.ComposeLane(graph, lane, (_, _) => ValueTask.CompletedTask);
        CanaryGraph.ComposeSupervision(graph, supervision, (_, _) => ValueTask.CompletedTask);
        return graph;
    }
}
