using System.CommandLine;

namespace CanaryStreams.Cli.Models;

/// <summary><c>canarystreams models</c>: the impact models that there are, and who plans.</summary>
public static class ModelsCommand
{
    private const string Description = """
        Show the models of the impact that outcomes have taught, and name the one that plans. They are on Kafka: the engine
        and this command need not be on the same machine.

        Example: canarystreams models list
        """;

    public static Command Create()
    {
        var config = Hosting.ConfigurationOption.Create();
        config.Recursive = true;
        var by = new Option<string>("--by")
        {
            Description = "Who names it; stands in the record.",
            DefaultValueFactory = _ => "an operator",
            HelpName = "NAME",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why, in a sentence.",
            DefaultValueFactory = _ => "",
            HelpName = "TEXT",
        };
        var list = new Command(
            "list",
            "Who plans, and every model with how it stands.\n\nExample: canarystreams models list"
        );
        list.SetAction((parsed, stop) => Job(parsed, config).RunAsync(ModelsReport.List, stop));
        var show = new Command(
            "show",
            "One model: what it was trained on, and its trial.\n\nExample: canarystreams models show impact/causes/40@2026-11-22T10:00:00.000Z"
        );
        var promote = new Command(
            "promote",
            "Let a model plan the rollouts that are requested from half a minute later on.\n\n"
                + "Example: canarystreams models promote impact/causes/40@2026-11-22T10:00:00.000Z"
        )
        {
            by,
            reason,
        };
        foreach (var command in new[] { show, promote })
            command.Add(new Argument<string>("VERSION") { Description = "The model's version, as the list has it." });
        show.SetAction(
            (parsed, stop) => Job(parsed, config).RunAsync(shelf => ModelsReport.Show(shelf, Version(parsed)), stop)
        );
        promote.SetAction(
            (parsed, stop) =>
                Job(parsed, config)
                    .RunAsync(
                        shelf =>
                            shelf.Promote(
                                Version(parsed),
                                parsed.GetRequiredValue(by),
                                parsed.GetRequiredValue(reason)
                            ),
                        stop
                    )
        );
        var rollback = new Command(
            "rollback",
            "Take the champion back: who planned before it plans again, or the rule of thumb.\n\nExample: canarystreams models rollback"
        )
        {
            by,
            reason,
        };
        rollback.SetAction(
            (parsed, stop) =>
                Job(parsed, config)
                    .RunAsync(
                        shelf => shelf.TakeBack(parsed.GetRequiredValue(by), parsed.GetRequiredValue(reason)),
                        stop
                    )
        );
        return new Command("models", Description) { config, list, show, promote, rollback };
    }

    private static string Version(ParseResult parsed) => parsed.GetRequiredValue<string>("VERSION");

    private static ModelsJob Job(ParseResult parsed, Option<string?> config) =>
        new(parsed.GetValue(config), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
}
