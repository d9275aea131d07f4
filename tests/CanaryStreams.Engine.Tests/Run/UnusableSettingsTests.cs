using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using CanaryStreams.Cli.Rollout;
using CanaryStreams.Cli.Run;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Run;

/// <summary>What can't be used ends the program with a sentence and exit code 2, not with a stack trace.</summary>
public sealed class UnusableSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_PortTaken_ExitsWithTwo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var code = await Invoke("run", "--config", Configuration("journal.db"), "--embedded-port", $"{port}");
        code.ShouldBe(2);
    }

    [Fact]
    public async Task Run_HttpPortTaken_ExitsWithTwoBeforeThereIsAJournal()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var configuration = Configuration("journal.db", $"{{ port: {port} }}");
        (await Invoke("run", "--config", configuration, "--embedded-port", "0")).ShouldBe(2);
        File.Exists(_folder.File("journal.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_JournalIsNoJournal_ExitsWithTwo()
    {
        await File.WriteAllTextAsync(
            _folder.File("text.db"),
            new string('x', 4096),
            TestContext.Current.CancellationToken
        );
        (await Invoke("run", "--config", Configuration("text.db"), "--embedded-port", "0")).ShouldBe(2);
    }

    [Fact]
    public async Task RolloutList_JournalIsNoJournal_ExitsWithTwo()
    {
        var text = _folder.File("text.db");
        await File.WriteAllTextAsync(text, new string('x', 4096), TestContext.Current.CancellationToken);
        (await Invoke("rollout", "list", "--journal", text)).ShouldBe(2);
    }

    private string Configuration(string journal, string http = "off")
    {
        var path = _folder.File("canarystreams.yaml");
        File.WriteAllText(path, $"journal: \"sqlite:{_folder.File(journal)}\"\nhttp: {http}\n");
        return path;
    }

    private static Task<int> Invoke(params string[] arguments) =>
        new RootCommand { RunCommand.Create(), RolloutCommand.Create() }
            .Parse(arguments)
            .InvokeAsync();
}
