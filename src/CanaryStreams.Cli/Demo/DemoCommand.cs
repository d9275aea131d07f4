using System.CommandLine;

namespace CanaryStreams.Cli.Demo;

/// <summary><c>canarystreams demo</c>: the whole loop with embedded parts and a simulated fleet.</summary>
public static class DemoCommand
{
    private const string FolderDefault = "data/demo";

    private const string Description = """
        Run the whole loop with embedded parts: broker, journal, engine, and a simulated fleet that speaks to it through
        Kafka alone. Two updates go out over three clusters; one of them fails slowly. Takes about a minute.
        Exit code 0 when the healthy update was promoted everywhere and the failing one rolled back, 1 otherwise.

        Example: canarystreams demo --seed 7
        """;

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the simulated fleet.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Where the demo keeps its journal; what an earlier demo left there is replaced.",
            DefaultValueFactory = _ => FolderDefault,
            HelpName = "FOLDER",
        };
        var command = new Command("demo", Description) { seed, folder };
        command.SetAction(
            (parsed, stop) => DemoRun.RunAsync(parsed.GetValue(seed), parsed.GetRequiredValue(folder), stop)
        );
        return command;
    }
}
