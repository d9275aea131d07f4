using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

/// <summary>A process that is killed while it appends leaves whole transactions only, and all that it was told are there.</summary>
public sealed class CrashTests : IDisposable
{
    private const string WriterFile = "CANARYSTREAMS_TEST_JOURNAL_WRITER";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Writer_KilledAtAnyMoment_LeavesWholeTransactions()
    {
        var path = _folder.File("journal.db");
        var told = 0;
        foreach (var appends in new[] { 5, 40, 11, 73 })
            told = Math.Max(told, await WriteAndKill(path, appends));

        using var journal = SqliteJournal.Open(path);
        var first = journal.Read("first").Select(e => Encoding.UTF8.GetString(e.Payload.Span)).ToList();
        var second = journal.Read("second").Select(e => Encoding.UTF8.GetString(e.Payload.Span)).ToList();

        first.Count.ShouldBeGreaterThanOrEqualTo(told);
        first.ShouldBe(Enumerable.Range(1, first.Count).Select(n => $"{n}"));
        second.ShouldBe(first.SelectMany(n => new[] { n, n }));
    }

    /// <returns>Transactions that the writer was told are durable.</returns>
    private static async Task<int> WriteAndKill(string path, int appends)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "CanaryStreams.Engine.Tests"))
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment[WriterFile] = path;
        using var writer = Process.Start(start)!;
        try
        {
            var told = 0;
            for (var i = 0; i < appends; i++)
            {
                var line =
                    await writer.StandardOutput.ReadLineAsync()
                    ?? throw new InvalidOperationException("the writer ended");
                told = int.Parse(line, CultureInfo.InvariantCulture);
            }
            return told;
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync();
        }
    }

    /// <summary>The same program is the writer when it is started with the variable: it appends until it is killed.</summary>
    [ModuleInitializer]
    internal static void Write()
    {
        if (Environment.GetEnvironmentVariable(WriterFile) is not { } path)
            return;
        using var journal = SqliteJournal.Open(path);
        var claim = journal.Claim(0, "writer");
        for (var n = journal.Read("first").Count; ; n++)
        {
            var payload = Encoding.UTF8.GetBytes($"{n + 1}");
            var added = new JournalEvent("type.v1", payload);
            journal.Append(claim, [new("first", n, [added]), new("second", 2 * n, [added, added])]);
            Console.WriteLine(n + 1);
        }
    }

    public void Dispose() => _folder.Dispose();
}
