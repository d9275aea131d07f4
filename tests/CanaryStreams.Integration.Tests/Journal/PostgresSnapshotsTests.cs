using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Engine.Tests.Snapshots;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Journal;

public sealed class PostgresSnapshotsTests(SharedPostgres shared) : SnapshotStoreContract, IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async ValueTask InitializeAsync() =>
        _database = PostgresDatabase.Open(PostgresServer.Parsed((await shared.GetAsync()).NewUrl()));

    public ValueTask DisposeAsync()
    {
        _database?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ISnapshotStore Open() => _database.Snapshots();
}
