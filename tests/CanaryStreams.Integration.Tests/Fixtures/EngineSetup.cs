namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>A folder with an engine's configuration and its journal; it goes away with the test.</summary>
public sealed class EngineSetup : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canarystreams-engine-").FullName;

    /// <param name="yaml">The configuration but for its <c>journal</c> and <c>http</c>.</param>
    /// <param name="http">Its <c>http</c>: engines of several tests on one machine must not meet at a port.</param>
    /// <param name="journal">Null for a file in the setup's own folder.</param>
    public EngineSetup(string yaml, string http = "{ port: 0 }", string? journal = null) =>
        File.WriteAllText(
            Configuration,
            $"journal: \"{journal ?? $"sqlite:{Path.Combine(_folder, "journal.db")}"}\"\nhttp: {http}\n{yaml}\n"
        );

    public string Configuration => Path.Combine(_folder, "canarystreams.yaml");

    /// <param name="environment">Variables besides those of the tests.</param>
    public EngineProcess Start(IReadOnlyDictionary<string, string>? environment = null) =>
        EngineProcess.Start(Configuration, environment);

    /// <summary>What <c>canarystreams rollout list</c> prints of one rollout.</summary>
    public async Task<string> ListedAsync(string rollout)
    {
        var listed = await BuiltProgram.RunAsync("rollout", "list", "--config", Configuration);
        return listed
            .OrThrow("rollout list")
            .Output.Split('\n')
            .Single(line => line.StartsWith(rollout + " ", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
