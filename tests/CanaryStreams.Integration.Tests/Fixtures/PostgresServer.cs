using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// A real PostgreSQL on a free loopback port and a Unix socket, its data in a folder of its own, which goes away with it. It won't
/// run as root: started by root it runs as a user without rights.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Of the user <c>postgres</c>. Its special characters have to survive a URL.</summary>
    public const string Password = "s3cret@pass/word?";

    private readonly string _folder = Directory.CreateTempSubdirectory("canarystreams-postgres-").FullName;
    private readonly int _port = Ports.Free(1)[0];
    private readonly bool _tls;
    private int _schemas;

    private PostgresServer(bool tls) => _tls = tls;

    /// <summary>How a server is stopped.</summary>
    public enum Stop
    {
        /// <summary>Sessions are ended and told so.</summary>
        Fast,

        /// <summary>As a power cut: the next start recovers from the log.</summary>
        Immediate,
    }

    /// <summary>Why no server can be started here; null where one can.</summary>
    public static string? Missing { get; } =
        PostgresPrograms.Folder is null ? "PostgreSQL's server programs (initdb, pg_ctl) are not installed." : null;

    /// <summary>What signed the server's certificate, where it has one.</summary>
    public string Authority => Path.Combine(_folder, "ca.crt");

    /// <summary>The folder of its Unix socket.</summary>
    public string Socket => _folder;

    public string Address => $"127.0.0.1:{_port}";

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "server.log");

    /// <summary>Starts a server, ready when this returns; skips the test where there is none to start.</summary>
    /// <param name="tls">TCP connections have to be encrypted.</param>
    public static async Task<PostgresServer> StartAsync(bool tls = false)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var server = new PostgresServer(tls);
        try
        {
            await server.PrepareAsync();
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>URL of a schema that nobody else uses.</summary>
    public string NewUrl() => Url($"schema=t{Interlocked.Increment(ref _schemas)}");

    public string Url(string parameters, string password = Password) =>
        $"postgres://postgres:{Uri.EscapeDataString(password)}@{Address}/postgres?{parameters}";

    /// <summary>A URL as the journal reads it.</summary>
    public static PostgresUrl Parsed(string url) =>
        PostgresUrl.TryParse(url, out var parsed, out var error) ? parsed : throw new FormatException(error);

    public async Task RestartAsync(Stop how)
    {
        await StopAsync(how);
        await LaunchAsync();
    }

    public async Task StopAsync(Stop how)
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await PostgresPrograms.RunAsync(
                "pg_ctl",
                "stop",
                "-D",
                Data,
                "-w",
                "-m",
                how == Stop.Fast ? "fast" : "immediate"
            );
    }

    public async Task LaunchAsync()
    {
        var options =
            $"-c listen_addresses=127.0.0.1 -c port={_port} -c unix_socket_directories={_folder} "
            + "-c max_connections=60 -c shared_buffers=32MB -c log_min_messages=warning";
        if (_tls)
            options += $" -c ssl=on -c ssl_cert_file={_folder}/server.crt -c ssl_key_file={_folder}/server.key";
        try
        {
            await PostgresPrograms.RunAsync("pg_ctl", "start", "-D", Data, "-w", "-l", Log, "-o", options);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException(
                $"PostgreSQL did not start.\n{(File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "")}",
                exception
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Stop.Immediate);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        var secret = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(secret, Password + "\n");
        if (_tls)
            TestCertificates.Write(_folder);
        await PostgresPrograms.OwnAsync(_folder);
        await PostgresPrograms.RunAsync(
            "initdb",
            [
                "-D",
                Data,
                "-U",
                "postgres",
                $"--pwfile={secret}",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
        );
        var tcp = _tls ? "hostssl" : "host";
        await File.WriteAllTextAsync(
            Path.Combine(Data, "pg_hba.conf"),
            $"""
            local all {RawPostgresClient.User} trust
            local all all scram-sha-256
            {tcp} all all 127.0.0.1/32 scram-sha-256

            """
        );
    }
}
