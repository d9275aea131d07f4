using CanaryStreams.Core.Telemetry;
using Google.Protobuf;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

/// <summary>Requests are written by field number, as the OTLP definition gives them; there is no generated code here either.</summary>
public class OtlpProtobufTests
{
    private const long Time = 1795341600250;
    private const ulong TimeNano = 1795341600250000000;

    /// <summary>A message from writers of its fields.</summary>
    private static byte[] Message(params Action<CodedOutputStream>[] fields)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            foreach (var field in fields)
                field(output);
        }
        return stream.ToArray();
    }

    private static Action<CodedOutputStream> Bytes(int field, byte[] value) =>
        output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(value));
        };

    private static Action<CodedOutputStream> Text(int field, string value) =>
        Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    private static Action<CodedOutputStream> Fixed(int field, ulong value) =>
        output =>
        {
            output.WriteTag(field, WireFormat.WireType.Fixed64);
            output.WriteFixed64(value);
        };

    private static Action<CodedOutputStream> Double(int field, double value) =>
        Fixed(field, BitConverter.DoubleToUInt64Bits(value));

    private static Action<CodedOutputStream> Varint(int field, ulong value) =>
        output =>
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteUInt64(value);
        };

    private static Action<CodedOutputStream> Attribute(int field, string key, string value) =>
        Bytes(field, Message(Text(1, key), Bytes(2, Message(Text(1, value), Varint(2, 1))), Varint(9, 1)));

    private static byte[] Request(params byte[][] metrics)
    {
        var scope = Message([Bytes(1, Message(Text(1, "scope"))), .. metrics.Select(metric => Bytes(2, metric))]);
        var resource = Message(
            Attribute(1, "service.name", "checkout"),
            Attribute(1, "service.version", "2.4.1"),
            Attribute(1, "deployment.environment.name", "eu-1"),
            Attribute(1, "canary.track", "canary"),
            Varint(2, 0)
        );
        // The scope's metrics stand before the resource: protobuf promises no order.
        return Message(Bytes(1, Message(Bytes(2, scope), Bytes(1, resource), Text(3, "schema"))), Varint(9, 1));
    }

    private static byte[] Metric(string name, int kind, byte[] data) =>
        Message(Bytes(kind, data), Text(1, name), Text(2, "description"));

    public static byte[] Sample() =>
        Request(
            Metric("gauge", 5, Message(Bytes(1, Message(Fixed(3, TimeNano), Double(4, 1.5))))),
            Metric(
                "sum",
                7,
                Message(Bytes(1, Message(Fixed(2, 1), Fixed(3, TimeNano), Fixed(6, 7))), Varint(2, 1), Varint(3, 1))
            ),
            Metric(
                "histogram",
                9,
                Message(
                    Bytes(1, Message(Fixed(3, TimeNano), Fixed(4, 4), Double(5, 10), Bytes(6, new byte[8]))),
                    Varint(2, 1)
                )
            ),
            Metric(
                "exponential",
                10,
                Message(
                    Bytes(
                        1,
                        Message(Attribute(1, "canary.track", "stable"), Fixed(3, TimeNano), Fixed(4, 2), Double(5, 1))
                    ),
                    Varint(2, 1)
                )
            )
        );

    private static DecoderHarness Feed(byte[] request) =>
        new DecoderHarness().Feed(DecoderHarness.Record(request, contentType: "application/x-protobuf"));

    [Fact]
    public void Decode_EveryKind_GivesItsMeasurement()
    {
        var decoding = Feed(Sample());
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([
            new(0, Time, 1.5, 1),
            new(1, Time, 7, 1),
            new(2, Time, 2.5, 4),
            new(3, Time, 0.5, 2),
        ]);
        decoding.Series[0].ShouldBe(new SeriesKey("checkout", "eu-1", "2.4.1", Track.Canary, null, "gauge"));
        decoding.Series[3].Track.ShouldBe(Track.Stable);
    }

    [Fact]
    public void Decode_PointAttributesOfNumbersAndHistograms_AreRead()
    {
        var decoding = Feed(
            Request(
                Metric(
                    "g",
                    5,
                    Message(Bytes(1, Message(Fixed(3, TimeNano), Double(4, 1), Attribute(7, "canary.variant", "b"))))
                ),
                Metric(
                    "h",
                    9,
                    Message(
                        Bytes(
                            1,
                            Message(Fixed(3, TimeNano), Fixed(4, 1), Double(5, 1), Attribute(9, "canary.variant", "c"))
                        ),
                        Varint(2, 1)
                    )
                )
            )
        );
        decoding.Series[0].Variant.ShouldBe("b");
        decoding.Series[1].Variant.ShouldBe("c");
    }

    [Fact]
    public void Decode_NegativeInteger_KeepsItsSign() =>
        Feed(Request(Metric("g", 5, Message(Bytes(1, Message(Fixed(3, TimeNano), Fixed(6, unchecked((ulong)-7L))))))))
            .Measurements.ShouldHaveSingleItem()
            .Value.ShouldBe(-7);

    [Fact]
    public void Decode_CumulativeSum_IsRefusedWithAdvice() =>
        Feed(Request(Metric("s", 7, Message(Bytes(1, Message(Fixed(3, TimeNano), Fixed(6, 7))), Varint(2, 2)))))
            .OnlyReason()
            .ShouldContain("export it with delta temporality");

    [Fact]
    public void Decode_NoRecordedValue_IsSkipped()
    {
        var decoding = Feed(Request(Metric("g", 5, Message(Bytes(1, Message(Fixed(3, TimeNano), Varint(8, 1)))))));
        decoding.Measurements.ShouldBeEmpty();
        decoding.Rejects.ShouldBeEmpty();
    }

    [Fact]
    public void Decode_TruncatedRequest_KeepsNothing()
    {
        var decoding = Feed(Sample()[..^5]);
        decoding.OnlyReason().ShouldStartWith("not valid OTLP protobuf: ");
    }

    [Fact]
    public void Decode_EmptyRequest_IsRejected() =>
        Feed(Message(Varint(9, 1))).OnlyReason().ShouldContain("hold no data point");
}
