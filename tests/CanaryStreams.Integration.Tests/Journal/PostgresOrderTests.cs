using System.Text;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Journal;

/// <summary>
/// A sequence numbers in the order of inserts and transactions become visible in that of their commits. A reader that has seen
/// position 7 goes on behind it; were 6 committed later it would never be published.
/// </summary>
public sealed class PostgresOrderTests(SharedPostgres shared)
{
    private const int Partitions = 2;
    private const int WritersOfAPartition = 4;
    private const int AppendsOfAWriter = 120;
    private const int Claims = 12;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadOutbox_WhileManyAppendAndClaim_GivesEveryEventOnceAndInOrder()
    {
        using var database = PostgresDatabase.Open(PostgresServer.Parsed((await shared.GetAsync()).NewUrl()));
        var runs = Enumerable.Range(0, Partitions).Select(partition => new PartitionRun(database, partition)).ToList();

        await Task.WhenAll(runs.Select(run => run.RunAsync()));

        runs.ShouldAllBe(run => run.Fenced > 0);
        foreach (var run in runs)
            run.Check();
    }

    /// <summary>Writers that share a partition, the claims that take it from one another, and a reader.</summary>
    private sealed class PartitionRun(PostgresDatabase database, int partition)
    {
        private readonly List<RecordedEvent> _read = [];
        private readonly int[] _written = new int[WritersOfAPartition];
        private Claim _current = database.Journal().Claim(partition, "0");
        private volatile bool _isOver;
        private int _fenced;

        public int Fenced => _fenced;

        public async Task RunAsync()
        {
            var reader = Task.Run(Read, Stop);
            await Task.WhenAll(
                Enumerable.Range(0, WritersOfAPartition).Select(writer => Task.Run(() => Write(writer), Stop))
            );
            _isOver = true;
            await reader;
        }

        public void Check()
        {
            _read.Select(e => e.Position).ShouldBeInOrder(SortDirection.Ascending);
            _read.Select(e => e.Position).Distinct().Count().ShouldBe(_read.Count);
            for (var writer = 0; writer < WritersOfAPartition; writer++)
            {
                var mine = _read.Where(e => e.Stream == Stream(writer)).ToList();
                mine.Select(e => e.Version).ShouldBe(Enumerable.Range(1, _written[writer]).Select(n => (long)n));
                mine.Select(Text).ShouldBe(mine.Select(e => $"{e.Version}"));
            }
        }

        private void Write(int writer)
        {
            var journal = database.Journal();
            var claim = _current;
            for (var append = 0; append < AppendsOfAWriter; append++)
            {
                if (writer == 0 && append % (AppendsOfAWriter / Claims) == 0)
                    _current = journal.Claim(partition, $"{append}");
                var result = journal.Append(claim, [Next(writer, 1 + append % 3)]);
                if (result.IsAppended)
                    _written[writer] += 1 + append % 3;
                else
                    Interlocked.Increment(ref _fenced);
                result.Conflicts.ShouldBeEmpty();
                // A zombie for some appends more, then a process that has claimed.
                if (append % 5 == 0)
                    claim = _current;
            }
        }

        private void Read()
        {
            var journal = database.Journal();
            var after = 0L;
            while (true)
            {
                var isLast = _isOver;
                var page = journal.ReadOutbox(partition, after, 7);
                _read.AddRange(page.Events);
                after = page.UpTo;
                if (isLast && page.Events.Count == 0)
                    return;
            }
        }

        private StreamAppend Next(int writer, int count) =>
            new(
                Stream(writer),
                _written[writer],
                [
                    .. Enumerable
                        .Range(_written[writer] + 1, count)
                        .Select(version => new JournalEvent("type.v1", Encoding.UTF8.GetBytes($"{version}"))),
                ]
            );

        private static string Text(RecordedEvent recorded) => Encoding.UTF8.GetString(recorded.Payload.Span);

        private string Stream(int writer) => $"{partition}/{writer}";
    }
}
