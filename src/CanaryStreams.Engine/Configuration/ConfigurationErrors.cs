namespace CanaryStreams.Engine.Configuration;

/// <summary>Gathers the mistakes of one file, so that all of them are reported at once.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private readonly List<ConfigurationError> _errors = [];

    public void Add(int line, string key, string message) => _errors.Add(new(file, line, key, message));

    public void AddOutside(string source, string key, string message) => _errors.Add(new(source, 0, key, message));

    /// <summary>By line; within a line in the order found.</summary>
    public IReadOnlyList<ConfigurationError> ByLine() => [.. _errors.OrderBy(error => error.Line)];
}
