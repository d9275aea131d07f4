using System.Globalization;
using System.Text;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Journal;

public sealed class PostgresRestartTests
{
    private const int Appends = 600;
    private static readonly PostgresServer.Stop[] Restarts =
    [
        PostgresServer.Stop.Fast,
        PostgresServer.Stop.Immediate,
        PostgresServer.Stop.Immediate,
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private sealed class Watch : IJournalWatch
    {
        private int _waits;

        public int Waits => _waits;

        public void WaitFor(JournalUnavailableException away, int attempt)
        {
            Interlocked.Increment(ref _waits);
            Stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
        }

        public void OnBack() { }

        public void OnAppended(AppendResult result, IReadOnlyList<StreamAppend> appends, TimeSpan took) { }
    }

    [Fact]
    public async Task Append_WhileTheServerIsRestarted_LosesAndDoublesNothing()
    {
        await using var server = await PostgresServer.StartAsync();
        var url = PostgresServer.Parsed(server.NewUrl());
        using var database = PostgresDatabase.Open(url);
        var appended = 0;
        var watch = new Watch();
        using var journal = new PatientJournal(database.Journal(), watch);
        var claim = journal.Claim(0, "me");

        var writer = Task.Run(
            () =>
            {
                for (var next = 0; next < Appends; next++)
                {
                    journal.Append(claim, [One(next)]).IsAppended.ShouldBeTrue();
                    Volatile.Write(ref appended, next + 1);
                }
            },
            Stop
        );
        foreach (var (restart, how) in Restarts.Index())
        {
            var until = Appends / (Restarts.Length + 1) * (restart + 1);
            while (Volatile.Read(ref appended) < until && !writer.IsCompleted)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
            await server.RestartAsync(how);
        }
        await writer;

        watch.Waits.ShouldBeGreaterThan(0);
        journal
            .ReadOutbox(0, 0, 2 * Appends)
            .Events.Select(e => Encoding.UTF8.GetString(e.Payload.Span))
            .ShouldBe(Enumerable.Range(0, Appends).Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Open_OfAServerThatIsAway_SaysWhere()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.StopAsync(PostgresServer.Stop.Fast);

        var thrown = Should.Throw<JournalUnavailableException>(() =>
            PostgresDatabase.Open(PostgresServer.Parsed(server.NewUrl()))
        );

        thrown.What.ShouldBe($"PostgreSQL at {server.Address}: Connection refused");
    }

    private static StreamAppend One(int number) =>
        new(
            "s",
            number,
            [new JournalEvent("type.v1", Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)))]
        );
}
