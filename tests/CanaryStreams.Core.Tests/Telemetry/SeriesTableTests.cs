using System.Text;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Telemetry;

public class SeriesTableTests
{
    private static readonly SeriesKey Key = new("checkout", "eu-1", "2.4.1", Track.Canary, "a", "latency_ms");

    [Fact]
    public void Intern_SameKeyTwice_GivesSameId()
    {
        var table = new SeriesTable();
        table.Intern(Key).ShouldBe(0);
        table.Intern(Key with { App = "shop" }).ShouldBe(1);
        table.Intern(Key with { }).ShouldBe(0);
        table[0].ShouldBe(Key);
        table.Count.ShouldBe(2);
    }

    [Fact]
    public void Intern_KeysThatConcatenateAlike_AreDifferent()
    {
        var table = new SeriesTable();
        var ids = new[]
        {
            Key with
            {
                App = "ab",
                Cluster = "c",
            },
            Key with
            {
                App = "a",
                Cluster = "bc",
            },
            Key with
            {
                App = "a",
                Cluster = "bc",
                Variant = null,
            },
            Key with
            {
                App = "a",
                Cluster = "bc",
                Variant = null,
                Track = Track.Stable,
            },
        };
        ids.Select(table.Intern).ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void TryIntern_Bytes_FindsWhatStringsInterned()
    {
        var table = new SeriesTable();
        var key = Key with { App = "größe" };
        table.Intern(key);
        var bytes = new SeriesKeyBytes
        {
            App = Encoding.UTF8.GetBytes("größe"),
            Cluster = "eu-1"u8,
            Version = "2.4.1"u8,
            Track = Track.Canary,
            Variant = "a"u8,
            Metric = "latency_ms"u8,
        };
        table.TryIntern(in bytes, out var id).ShouldBeTrue();
        id.ShouldBe(0);
        bytes.ToSeriesKey().ShouldBe(key);
    }

    [Fact]
    public void Intern_LongParts_Grow()
    {
        var table = new SeriesTable();
        var key = Key with { Metric = new string('m', 5000) };
        table.Intern(key).ShouldBe(0);
        table.Intern(key).ShouldBe(0);
        Should.Throw<ArgumentException>(() => table.Intern(Key with { Metric = new string('m', 70_000) }));
    }

    [Fact]
    public void Intern_FullTable_KnowsOldKeysAndTakesNoNew()
    {
        var table = new SeriesTable(capacity: 1);
        table.Intern(Key);
        table.Intern(Key).ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => table.Intern(Key with { App = "other" }));
        table.Count.ShouldBe(1);
    }
}
