namespace CanaryStreams.Engine.Configuration;

/// <summary>Finds and reads the configuration file.</summary>
public static class ConfigurationFile
{
    /// <param name="path">As the user gave it; null: <c>canarystreams.yaml</c> of the current folder where it is there.</param>
    /// <param name="environment">Gives a variable of the environment, or null.</param>
    /// <returns>Options, or errors; a given file that can't be read is an error too.</returns>
    public static ConfigurationResult Load(string? path, Func<string, string?> environment)
    {
        if (path is null && !File.Exists(ConfigurationLoader.DefaultPath))
            return ConfigurationLoader.Load(null, null, environment);
        var name = path ?? ConfigurationLoader.DefaultPath;
        try
        {
            return ConfigurationLoader.Load(name, File.ReadAllText(name), environment, NamedFile.Read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ConfigurationResult(null, [new(name, 0, "", $"can't be read: {exception.Message}")]);
        }
    }
}
