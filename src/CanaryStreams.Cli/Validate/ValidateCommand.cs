using System.CommandLine;
using CanaryStreams.Core.Planning;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Cli.Validate;

/// <summary><c>canarystreams validate</c>: checks the configuration and shows what it comes to.</summary>
public static class ValidateCommand
{
    private const int Done = 0;
    private const int BadConfiguration = 2;

    /// <param name="environment">Gives a variable of the environment, or null; the process's own where left out.</param>
    public static Command Create(Func<string, string?>? environment = null)
    {
        var config = new Option<FileInfo?>("--config")
        {
            Description = $"The configuration file; where left out, {ConfigurationLoader.DefaultPath} if there is one.",
            HelpName = "FILE",
        };
        var traffic = new Option<double?>("--traffic")
        {
            Description =
                "Requests a minute in a cluster: warn of what the first step of each policy can't see at so few.",
            HelpName = "N",
        };
        traffic.Check(
            perMinute => perMinute is > 0 and <= TrafficNeed.PerMinuteMost,
            $"--traffic must be above 0 and at most {TrafficNeed.PerMinuteMost:0} requests a minute."
        );
        var command = new Command(
            "validate",
            "Check the configuration and show the policies it gives.\n\nExample: canarystreams validate --config canarystreams.yaml --traffic 60"
        )
        {
            config,
            traffic,
        };
        command.SetAction(parsed =>
            Run(
                parsed.GetValue(config)?.ToString(),
                parsed.GetValue(traffic),
                environment ?? Environment.GetEnvironmentVariable,
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error
            )
        );
        return command;
    }

    private static int Run(
        string? path,
        double? traffic,
        Func<string, string?> environment,
        TextWriter output,
        TextWriter error
    )
    {
        var result = ConfigurationFile.Load(path, environment);
        if (result.IsValid)
        {
            ConfigurationSummary.Write(result.Options, output);
            TrafficReport.WriteNeeds(result.Options, output);
            if (traffic is { } perMinute)
                TrafficReport.Warn(result.Options, perMinute, output, error);
            return Done;
        }
        foreach (var mistake in result.Errors)
            error.WriteLine(mistake);
        error.WriteLine(result.Errors.Count == 1 ? "1 mistake" : $"{result.Errors.Count} mistakes");
        return BadConfiguration;
    }
}
