namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>A folder with an engine's configuration and its journal; it goes away with the test.</summary>
public sealed class EngineSetup : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canarystreams-engine-").FullName;

    /// <param name="yaml">The configuration but for its <c>journal</c> and <c>http</c>.</param>
    /// <param name="http">Its <c>http</c>: engines of several tests on one machine must not meet at a port.</param>
    /// <param name="journal">Its <c>journal</c>; left out: a file of its own.</param>
    public EngineSetup(string yaml, string http = "{ port: 0 }", string? journal = null) =>
        File.WriteAllText(
            Configuration,
            $"journal: \"{journal ?? $"sqlite:{Path.Combine(_folder, "journal.db")}"}\"\nhttp: {http}\n{yaml}\n"
        );

    public string Configuration => Path.Combine(_folder, "canarystreams.yaml");

    public EngineProcess Start() => EngineProcess.Start(Configuration);

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
