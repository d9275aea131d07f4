using System.Globalization;
using CanaryStreams.Engine.Snapshots;
using Dapper;
using Npgsql;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// A journal's database with its pool of connections. A journal over it holds none between its calls, so nothing has to be opened
/// again when the server was away.
/// </summary>
public sealed class PostgresDatabase : IDisposable
{
    /// <summary>Of one process. A call that finds all of them at work waits for one, which is free after milliseconds.</summary>
    private const int PoolSize = 10;

    /// <summary>Of 2022: the oldest that is still mended.</summary>
    private const int OldestServer = 14;

    private readonly PostgresUrl _url;
    private readonly NpgsqlDataSource _source;

    private PostgresDatabase(PostgresUrl url, bool isReadOnly)
    {
        _url = url;
        var builder = new NpgsqlDataSourceBuilder(Settings(url));
        var session = PostgresSession.Settings(url.Schema, isReadOnly);
        builder.UsePhysicalConnectionInitializer(
            connection => connection.Execute(session),
            async connection => await connection.ExecuteAsync(session).ConfigureAwait(false)
        );
        _source = builder.Build();
    }

    /// <summary>Opens it for writing, creates or migrates the tables where needed.</summary>
    /// <exception cref="JournalUnavailableException">The server is away; the same call may work later.</exception>
    /// <exception cref="InvalidOperationException">
    /// The server refuses, or is too old, or a newer program has migrated the tables: somebody has to change something.
    /// </exception>
    public static PostgresDatabase Open(PostgresUrl url) =>
        Checked(
            new PostgresDatabase(url, isReadOnly: false),
            (connection, schema) => PostgresSchema.Migrate(connection, schema)
        );

    /// <summary>Opens it to look into it, while engines may be writing.</summary>
    /// <exception cref="JournalUnavailableException">The server is away; the same call may work later.</exception>
    /// <exception cref="InvalidOperationException">The server refuses, or no engine of this version has opened it yet.</exception>
    public static PostgresDatabase OpenReadOnly(PostgresUrl url) =>
        Checked(new PostgresDatabase(url, isReadOnly: true), PostgresSchema.ThrowIfNotCurrent);

    /// <summary>A journal for one caller at a time; disposing of it leaves the database open.</summary>
    public IJournal Journal() => new PostgresJournal(this);

    /// <summary>Lanes' snapshots in the same database.</summary>
    public ISnapshotStore Snapshots() => new PostgresSnapshots(this);

    public override string ToString() => _url.ToString();

    public void Dispose() => _source.Dispose();

    /// <summary>Gives a connection to a request, and says in the journal's words what goes wrong.</summary>
    internal T Ask<T>(Func<NpgsqlConnection, T> request)
    {
        try
        {
            using var connection = _source.OpenConnection();
            return request(connection);
        }
        catch (Exception error) when (PostgresErrors.IsPassing(error))
        {
            // The pool's other connections are of the same past: without this each would fail one call more.
            if (PostgresErrors.IsConnectionLost(error))
                _source.Clear();
            throw new JournalUnavailableException($"PostgreSQL at {_url.Server}: {PostgresErrors.Text(error)}", error);
        }
        catch (Exception error) when (PostgresErrors.IsRefusal(error))
        {
            throw new InvalidOperationException($"PostgreSQL at {_url.Server}: {PostgresErrors.Text(error)}", error);
        }
    }

    private static PostgresDatabase Checked(PostgresDatabase database, Action<NpgsqlConnection, string> check)
    {
        try
        {
            database.Ask(connection =>
            {
                ThrowIfUnfit(connection);
                check(connection, database._url.Schema);
                return true;
            });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void ThrowIfUnfit(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"PostgreSQL {connection.PostgreSqlVersion} is too old; {OldestServer} is the oldest that will do"
                )
            );
        if (connection.ExecuteScalar<string>("SHOW server_encoding") is var encoding and not "UTF8")
            throw new InvalidOperationException($"the database is encoded in {encoding}; make one in UTF8");
    }

    private static string Settings(PostgresUrl url) =>
        new NpgsqlConnectionStringBuilder(url.Settings.ConnectionString)
        {
            MaxPoolSize = PoolSize,
            // What a session was set to at its start stays, and nothing here changes it.
            NoResetOnClose = true,
            // Seconds until a server that doesn't answer counts as away. The request isn't cancelled then but the connection
            // closed: a cancelled commit that waits for a standby is committed without it.
            CommandTimeout = 30,
            CancellationTimeout = -1,
            // A server whose machine is gone never says so. A Unix socket knows no such thing, and refuses the option.
            TcpKeepAlive = !url.IsSocket,
            TcpKeepAliveTime = url.IsSocket ? 0 : 10,
            TcpKeepAliveInterval = url.IsSocket ? 0 : 5,
            MaxAutoPrepare = 20,
            IncludeErrorDetail = false,
        }.ConnectionString;
}
