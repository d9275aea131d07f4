using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Engine.Tests.Configuration;

/// <summary>Loads configuration texts with an environment of the test's own.</summary>
internal static class Yaml
{
    public static ConfigurationResult Load(string? text, params (string Name, string Value)[] environment) =>
        ConfigurationLoader.Load(
            "canarystreams.yaml",
            text,
            name =>
                environment.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault()
        );

    public static CanaryStreamsOptions Options(string? text, params (string Name, string Value)[] environment)
    {
        var result = Load(text, environment);
        result.Errors.ShouldBeEmpty();
        return result.Options.ShouldNotBeNull();
    }

    public static string[] Errors(string? text, params (string Name, string Value)[] environment)
    {
        var result = Load(text, environment);
        result.Options.ShouldBeNull();
        return [.. result.Errors.Select(error => error.ToString())];
    }
}
