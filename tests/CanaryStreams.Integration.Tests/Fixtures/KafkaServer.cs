using System.Diagnostics;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// A real Apache Kafka of one broker, from the unpacked download that <c>KAFKA_HOME</c> names, on free loopback ports
/// with its log in a folder of its own, which goes away with it.
/// </summary>
public sealed class KafkaServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _home;
    private readonly string _folder;
    private readonly BrokerSecurity? _security;
    private readonly Queue<string> _lastLines = new();
    private Process? _process;

    private KafkaServer(string home, int port, BrokerSecurity? security)
    {
        _home = home;
        _security = security;
        _folder = Directory.CreateTempSubdirectory("canarystreams-kafka-").FullName;
        Bootstrap = $"127.0.0.1:{port}";
    }

    /// <summary>Why no Kafka can be started here; null where one can.</summary>
    public static string? Missing { get; } = WhyMissing();

    /// <summary>The same through every restart.</summary>
    public string Bootstrap { get; }

    private string Configuration => Path.Combine(_folder, "server.properties");

    /// <summary>Starts a broker, ready when this returns; skips the test where there is none to start.</summary>
    /// <param name="security">What clients have to show; left out: any client is taken, in plain text.</param>
    public static async Task<KafkaServer> StartAsync(BrokerSecurity? security = null)
    {
        var server = await PrepareAsync(security);
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A broker with its address that isn't there yet: <see cref="RestartAsync"/> starts it.</summary>
    public static async Task<KafkaServer> PrepareAsync(BrokerSecurity? security = null)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var ports = Ports.Free(2);
        var server = new KafkaServer(Environment.GetEnvironmentVariable("KAFKA_HOME")!, ports[0], security);
        try
        {
            await server.FormatAsync(ports[0], ports[1]);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public KafkaSettings Settings(string group) => new() { Bootstrap = Bootstrap, Group = group };

    /// <summary>Stops the broker in good order and starts it again with its log and its ports.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await LaunchAsync();
    }

    /// <summary>Ends the broker at once, as a power cut does; <see cref="RestartAsync"/> brings it back.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Runs one of Kafka's own tools, such as <c>kafka-consumer-groups.sh</c>, against this broker.</summary>
    public async Task<string> ToolAsync(string tool, params IEnumerable<string> arguments)
    {
        string[] login = _security is null ? [] : ["--command-config", BrokerSecurity.ToolFile(_folder)];
        var result = await Programs.RunAsync(
            Path.Combine(_home, "bin", tool),
            ["--bootstrap-server", Bootstrap, .. login, .. arguments]
        );
        return result.OrThrow(tool).Output;
    }

    /// <summary>Gives a user rights, named as <c>kafka-acls.sh</c> does.</summary>
    public Task AllowAsync(string user, params IEnumerable<string> rights) =>
        ToolAsync("kafka-acls.sh", ["--add", "--allow-principal", $"User:{user}", .. rights]);

    /// <summary>Gives a user another password for SCRAM-SHA-512.</summary>
    public Task PasswordAsync(string user, string password) =>
        ToolAsync(
            "kafka-configs.sh",
            [
                "--alter",
                "--entity-type",
                "users",
                "--entity-name",
                user,
                "--add-config",
                $"{BrokerSecurity.Scram}=[password={password}]",
            ]
        );

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? WhyMissing()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_HOME") is not { Length: > 0 } home)
            return "KAFKA_HOME is not set: it names the folder of an unpacked Apache Kafka.";
        if (!File.Exists(Path.Combine(home, "bin", "kafka-server-start.sh")))
            return $"KAFKA_HOME ({home}) holds no bin/kafka-server-start.sh.";
        var java = Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } javaHome
            ? Path.Combine(javaHome, "bin", "java")
            : Programs.Find("java");
        return File.Exists(java) ? null : "Kafka needs Java 17, and there is no java.";
    }

    private async Task FormatAsync(int port, int controllerPort)
    {
        var protocol = _security is null ? "PLAINTEXT" : "SASL_SSL";
        await File.WriteAllTextAsync(
            Configuration,
            $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.bootstrap.servers=127.0.0.1:{controllerPort}
            listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllerPort}
            advertised.listeners={protocol}://127.0.0.1:{port}
            controller.listener.names=CONTROLLER
            listener.security.protocol.map={protocol}:{protocol},CONTROLLER:PLAINTEXT
            log.dirs={Path.Combine(_folder, "log")}
            auto.create.topics.enable=false
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=2
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000
            num.io.threads=2
            num.network.threads=2
            {_security?.Prepare(_folder)}
            """
        );
        var storage = Path.Combine(_home, "bin", "kafka-storage.sh");
        string[] format = ["format", "--standalone", "-t", "Y2FuYXJ5c3RyZWFtcy10ZQ", "-c", Configuration];
        format = [.. format, .. _security?.FormatArguments ?? []];
        (await Programs.RunAsync(storage, format, environment: Quiet)).OrThrow("kafka-storage.sh");
    }

    private async Task LaunchAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process?.Dispose();
        _process = Programs.Start(Path.Combine(_home, "bin", "kafka-server-start.sh"), [Configuration], Quiet);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("Kafka ended at its start."));
        _process.OutputDataReceived += (_, line) => Heard(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data, ready);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Kafka did not start.\n{LastLines()}", exception);
        }
    }

    /// <summary>Its own logs go to the folder that is deleted, its heap stays small.</summary>
    private Dictionary<string, string> Quiet =>
        new() { ["LOG_DIR"] = Path.Combine(_folder, "logs"), ["KAFKA_HEAP_OPTS"] = "-Xmx384m -Xms128m" };

    private void Heard(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 40)
                _lastLines.Dequeue();
        }
        if (line.Contains("Kafka Server started", StringComparison.Ordinal))
            ready.TrySetResult();
    }

    private string LastLines()
    {
        lock (_lastLines)
            return string.Join('\n', _lastLines);
    }

    private async Task StopAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        await Programs.TerminateAsync(process);
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }
}
