using System.Runtime.InteropServices;
using Google.Protobuf;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// OTLP metrics as protobuf (<c>ExportMetricsServiceRequest</c> or <c>MetricsData</c>, which are alike on the wire).
/// Field numbers are those of opentelemetry/proto v1 (metrics.proto, common.proto, resource.proto). Only the fields
/// that make a measurement are read, by number, so that no generated code is needed; the rest is skipped.
/// </summary>
internal sealed class OtlpProtobuf(OtlpPoints points)
{
    /// <summary>Null, or why the record is refused as a whole.</summary>
    public string? Decode(ReadOnlyMemory<byte> record)
    {
        var resources = new List<OtlpResource>();
        try
        {
            var input = Open(record);
            while (input.ReadTag() is var tag and not 0)
            {
                if (Field(tag) == 1 && IsMessage(tag))
                    resources.Add(Resource(Message(input)));
                else
                    input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException exception)
        {
            return $"not valid OTLP protobuf: {exception.Message}";
        }
        points.Add(resources);
        return null;
    }

    private static OtlpResource Resource(CodedInputStream input)
    {
        var resource = new OtlpResource();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (Field(tag))
            {
                case 1 when IsMessage(tag):
                    Attributes(Message(input), resource.Labels, attributesField: 1);
                    break;
                case 2 when IsMessage(tag):
                    Scope(Message(input), resource.Metrics);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
        return resource;
    }

    private static void Scope(CodedInputStream input, List<OtlpMetric> metrics)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == 2 && IsMessage(tag))
                metrics.Add(Metric(Message(input)));
            else
                input.SkipLastField();
        }
    }

    private static OtlpMetric Metric(CodedInputStream input)
    {
        var metric = new OtlpMetric();
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == 1 && IsMessage(tag))
            {
                metric.Name = input.ReadString();
            }
            else if (Kind(Field(tag)) is var kind and not OtlpKind.Unknown && IsMessage(tag))
            {
                metric.Kind = kind;
                Data(Message(input), metric);
            }
            else
            {
                input.SkipLastField();
            }
        }
        return metric;
    }

    private static OtlpKind Kind(int field) =>
        field switch
        {
            5 => OtlpKind.Gauge,
            7 => OtlpKind.Sum,
            9 => OtlpKind.Histogram,
            10 => OtlpKind.ExponentialHistogram,
            11 => OtlpKind.Summary,
            _ => OtlpKind.Unknown,
        };

    private static void Data(CodedInputStream input, OtlpMetric metric)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == 1 && IsMessage(tag))
                metric.Points.Add(OtlpProtobufPoint.Read(Message(input), metric.Kind));
            else if (Field(tag) == 2 && WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
                metric.Temporality = (OtlpTemporality)input.ReadEnum();
            else
                input.SkipLastField();
        }
    }

    /// <summary>Reads the attributes of a message whose other fields don't matter.</summary>
    private static void Attributes(CodedInputStream input, OtlpLabels labels, int attributesField)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == attributesField && IsMessage(tag))
                Attribute(Message(input), labels);
            else
                input.SkipLastField();
        }
    }

    /// <summary>KeyValue: key = 1, value = 2 (AnyValue: string_value = 1).</summary>
    internal static void Attribute(CodedInputStream input, OtlpLabels labels)
    {
        string? key = null;
        string? value = null;
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == 1 && IsMessage(tag))
                key = input.ReadString();
            else if (Field(tag) == 2 && IsMessage(tag))
                value = AnyValue(Message(input));
            else
                input.SkipLastField();
        }
        if (key is not null && value is not null)
            labels.Set(key, value);
    }

    private static string? AnyValue(CodedInputStream input)
    {
        string? text = null;
        while (input.ReadTag() is var tag and not 0)
        {
            if (Field(tag) == 1 && IsMessage(tag))
                text = input.ReadString();
            else
                input.SkipLastField();
        }
        return text;
    }

    internal static int Field(uint tag) => WireFormat.GetTagFieldNumber(tag);

    internal static bool IsMessage(uint tag) => WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;

    private static CodedInputStream Message(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    private static CodedInputStream Open(ReadOnlyMemory<byte> record) =>
        MemoryMarshal.TryGetArray(record, out var array)
            ? new CodedInputStream(array.Array!, array.Offset, array.Count)
            : new CodedInputStream(record.ToArray());
}
