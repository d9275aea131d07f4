using System.CommandLine;
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
        var command = new Command(
            "validate",
            "Check the configuration and show the policies it gives.\n\nExample: canarystreams validate --config canarystreams.yaml"
        )
        {
            config,
        };
        command.SetAction(parsed =>
            Run(
                parsed.GetValue(config)?.ToString(),
                environment ?? Environment.GetEnvironmentVariable,
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error
            )
        );
        return command;
    }

    private static int Run(string? path, Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var result = ConfigurationFile.Load(path, environment);
        if (result.IsValid)
        {
            ConfigurationSummary.Write(result.Options, output);
            return Done;
        }
        foreach (var mistake in result.Errors)
            error.WriteLine(mistake);
        error.WriteLine(result.Errors.Count == 1 ? "1 mistake" : $"{result.Errors.Count} mistakes");
        return BadConfiguration;
    }
}
