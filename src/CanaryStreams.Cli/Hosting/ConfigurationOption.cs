using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Cli.Hosting;

/// <summary>The option <c>--config</c> of every verb that has one, and what it comes to.</summary>
internal static class ConfigurationOption
{
    public static Option<string?> Create() =>
        new("--config")
        {
            Description = $"The configuration file; where left out, {ConfigurationLoader.DefaultPath} if there is one.",
            HelpName = "FILE",
        };

    /// <summary>Loads it, or prints everything that is wrong with it.</summary>
    public static bool TryLoad(string? path, TextWriter error, [NotNullWhen(true)] out CanaryStreamsOptions? options)
    {
        var result = ConfigurationFile.Load(path, Environment.GetEnvironmentVariable);
        options = result.Options;
        foreach (var mistake in result.Errors)
            error.WriteLine(mistake);
        return result.IsValid;
    }
}
