using Google.Protobuf;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// One data point as protobuf. The three messages differ in their numbers:
/// <list type="table">
/// <item>NumberDataPoint: time 3, as_double 4, as_int 6 (sfixed64), attributes 7, flags 8.</item>
/// <item>HistogramDataPoint: time 3, count 4 (fixed64), sum 5, attributes 9, flags 10.</item>
/// <item>ExponentialHistogramDataPoint: attributes 1, time 3, count 4 (fixed64), sum 5, flags 10.</item>
/// </list>
/// </summary>
internal static class OtlpProtobufPoint
{
    public static OtlpPoint Read(CodedInputStream input, OtlpKind kind)
    {
        var isHistogram = kind is OtlpKind.Histogram or OtlpKind.ExponentialHistogram;
        var attributes = kind switch
        {
            OtlpKind.Histogram => 9,
            OtlpKind.ExponentialHistogram => 1,
            _ => 7,
        };
        var labels = new OtlpLabels();
        ulong time = 0;
        ulong flags = 0;
        double? value = null;
        double count = isHistogram ? 0 : 1;
        while (input.ReadTag() is var tag and not 0)
        {
            var field = OtlpProtobuf.Field(tag);
            var type = WireFormat.GetTagWireType(tag);
            if (field == attributes && type == WireFormat.WireType.LengthDelimited)
                OtlpProtobuf.Attribute(input.ReadBytes().CreateCodedInput(), labels);
            else if (field == (isHistogram ? 10 : 8) && type == WireFormat.WireType.Varint)
                flags = input.ReadUInt64();
            else if (type != WireFormat.WireType.Fixed64)
                input.SkipLastField();
            else if (field == 3)
                time = input.ReadFixed64();
            else if (field == 4 && isHistogram)
                count = input.ReadFixed64();
            else if (field == (isHistogram ? 5 : 4))
                value = input.ReadDouble();
            else if (field == 6 && !isHistogram)
                value = input.ReadSFixed64();
            else
                input.SkipLastField();
        }
        return new OtlpPoint(labels, time, value, count, (flags & 1) != 0);
    }
}
