using System.CommandLine;
using CanaryStreams.Cli.Hosting;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Rollout;

/// <summary><c>canarystreams rollout</c>: what the journal holds, for people; an engine may be writing to it.</summary>
public static class RolloutCommand
{
    private const string Description = """
        Show rollouts from the journal.

        Example: canarystreams rollout list
        """;

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var journal = new Option<string?>("--journal")
        {
            Description = "The journal's file, in place of the configured one.",
            HelpName = "FILE",
        };
        config.Recursive = journal.Recursive = true;
        var all = new Option<bool>("--all") { Description = "Archived rollouts too, before the others." };
        var list = new Command("list", "Rollouts, a line each.\n\nExample: canarystreams rollout list") { all };
        list.SetAction(parsed =>
            Read(
                parsed,
                parsed.GetValue(config),
                parsed.GetValue(journal),
                (reader, output) => RolloutReport.List(reader, parsed.GetValue(all), output)
            )
        );
        var show = new Command(
            "show",
            "Where one rollout stands.\n\nExample: canarystreams rollout show checkout-2.4.1"
        );
        var explain = new Command(
            "explain",
            "Why one rollout was rolled back, with small charts, or how near each metric came; then every event in words.\n\n"
                + "Example: canarystreams rollout explain checkout-2.4.1"
        );
        var plan = new Command(
            "plan",
            "How one rollout was planned before its first command, as a table, and each revision.\n\n"
                + "Example: canarystreams rollout plan checkout-2.4.1"
        );
        foreach (
            var (command, report) in new[]
            {
                (show, (Report)RolloutReport.Show),
                (plan, RolloutReport.Plan),
                (explain, RolloutReport.Explain),
            }
        )
        {
            var rollout = new Argument<string>("ROLLOUT") { Description = "The rollout's id." };
            command.Add(rollout);
            command.SetAction(parsed =>
            {
                var id = parsed.GetRequiredValue(rollout);
                return Read(
                    parsed,
                    parsed.GetValue(config),
                    parsed.GetValue(journal),
                    (reader, output) => report(reader, id, output)
                );
            });
        }
        return new Command("rollout", Description) { config, journal, list, show, plan, explain };
    }

    private delegate bool Report(RolloutReader reader, string rollout, TextWriter output);

    private static int Read(
        ParseResult parsed,
        string? config,
        string? journal,
        Func<RolloutReader, TextWriter, bool> report
    )
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (!ConfigurationOption.TryLoad(config, error, out var options))
            return ExitCodes.BadInput;
        var place = journal is null ? options.Journal : new JournalOptions(JournalKind.Sqlite, Setting.Plain(journal));
        if (place.Kind == JournalKind.Sqlite && !File.Exists(place.Location.Value))
        {
            error.WriteLine($"There is no journal at {place.Location.Value}: no engine has run here yet.");
            return ExitCodes.BadInput;
        }
        try
        {
            using var source = JournalSource.OpenReadOnly(place);
            using var opened = source.Open();
            return report(new RolloutReader(opened), output) ? ExitCodes.Done : ExitCodes.No;
        }
        catch (JournalUnusableException unusable)
        {
            error.WriteLine(unusable.Message);
            return ExitCodes.BadInput;
        }
        catch (JournalCorruptException corrupt)
        {
            error.WriteLine(corrupt.Message);
            return ExitCodes.No;
        }
    }
}
