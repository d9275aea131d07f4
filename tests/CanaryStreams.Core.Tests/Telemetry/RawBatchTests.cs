using CanaryStreams.Core.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Telemetry;

public sealed class RawBatchTests
{
    [Fact]
    public void Build_AnyRecords_ComeBackUntouched() =>
        Prop.ForAll<byte[][]>(values =>
            {
                if (values.Length == 0)
                    return;
                var builder = new RawBatchBuilder("topic", 3);
                for (var i = 0; i < values.Length; i++)
                    builder.Add(i, i * 10, values[^(i + 1)], values[i], null);
                using var batch = builder.Build();
                for (var i = 0; i < values.Length; i++)
                {
                    batch.Span[i].Key.ToArray().ShouldBe(values[^(i + 1)]);
                    batch.Records[i].Value.ToArray().ShouldBe(values[i]);
                    batch.Records[i].Offset.ShouldBe(i);
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Build_MoreThanAChunkAndARecordLargerThanOne_NothingMoves()
    {
        var builder = new RawBatchBuilder("topic", 0);
        for (var i = 0; i < 300; i++)
            builder.Add(i, 0, [], Enumerable.Repeat((byte)i, i == 150 ? 200_000 : 1_000).ToArray(), null);

        using var batch = builder.Build();

        batch.Count.ShouldBe(300);
        batch.Bytes.ShouldBe(299 * 1_000 + 200_000);
        for (var i = 0; i < batch.Count; i++)
            batch.Records[i].Value.Span.IndexOfAnyExcept((byte)i).ShouldBe(-1);
    }

    [Fact]
    public void Offsets_GapsBetweenRecords_NextIsBehindTheLast()
    {
        var builder = new RawBatchBuilder("topic", 0);
        builder.Add(5, 0, [], [1], null);
        builder.Add(9, 0, [], [2], null);

        using var batch = builder.Build();

        (batch.FirstOffset, batch.LastOffset, batch.NextOffset).ShouldBe((5, 9, 10));
    }

    [Fact]
    public void Dispose_Twice_OnceIsEnoughAndRecordsAreGone()
    {
        var builder = new RawBatchBuilder("topic", 0);
        builder.Add(0, 0, [], [1], null);
        var batch = builder.Build();

        batch.Dispose();
        batch.Dispose();

        Should.Throw<ObjectDisposedException>(() => batch.Records);
        Should.Throw<ObjectDisposedException>(() => batch.Span.Length);
    }

    [Fact]
    public void Of_PlainRecords_TheSameRecords()
    {
        var headers = new[] { new RecordHeader("content-type", "text/plain"u8.ToArray()) };
        RawRecord[] records =
        [
            new("t", 1, 10, 5, "k"u8.ToArray(), "abc"u8.ToArray(), headers),
            new("t", 1, 11, 6, default, default, null),
        ];

        using var batch = RawBatch.Of(records);

        batch.Records.ShouldBe(records);
        (batch.Topic, batch.Partition, batch.Bytes, batch.NextOffset).ShouldBe(("t", 1, 4, 12));
    }

    [Fact]
    public void Of_NoneOrSeveralPartitions_Refused()
    {
        Should.Throw<ArgumentException>(() => RawBatch.Of([]));
        Should.Throw<ArgumentException>(() =>
            RawBatch.Of([new("t", 0, 0, 0, default, default, null), new("t", 1, 0, 0, default, default, null)])
        );
    }

    [Fact]
    public void Build_EmptyOrUsedUp_Refused()
    {
        var builder = new RawBatchBuilder("topic", 0);
        Should.Throw<InvalidOperationException>(builder.Build);

        builder.Discard();
        builder.Discard();

        Should.Throw<ObjectDisposedException>(() => builder.Add(0, 0, [], [], null));
        Should.Throw<ObjectDisposedException>(builder.Build);
    }
}
