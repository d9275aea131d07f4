using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

public class DecoderPropertyTests
{
    private static readonly string?[] ContentTypes =
    [
        null,
        "application/json",
        "text/x-influx-line-protocol",
        "application/x-protobuf",
        "x/y",
    ];

    /// <summary>Bytes of every kind, and valid records with a few bytes changed: those get further in.</summary>
    private static Gen<byte[]> AnyBytes()
    {
        string[] seeds =
        [
            DecoderHarness.Json(),
            $"[{DecoderHarness.Json()},{DecoderHarness.Json()}]",
            "{\"specversion\":\"1.0\",\"data\":" + DecoderHarness.Json() + "}",
            "canary,app=a,cluster=c,version=v,track=stable latency=1,count=2i 1795341600000000000\nx",
            OtlpJsonTests.Gauge,
        ];
        var mutated =
            from seed in Gen.OneOf(
                Gen.Elements(seeds).Select(Encoding.UTF8.GetBytes),
                Gen.Constant(OtlpProtobufTests.Sample())
            )
            from count in Gen.Choose(0, 4)
            from places in Gen.ListOf(Gen.Choose(0, seed.Length - 1), count)
            from bytes in Gen.ListOf(Gen.Choose(0, 255), count)
            from length in Gen.Frequency((3, Gen.Constant(seed.Length)), (1, Gen.Choose(0, seed.Length)))
            select Mutate(seed, places, bytes, length);
        return Gen.OneOf(mutated, ArbMap.Default.GeneratorFor<byte[]>());
    }

    private static byte[] Mutate(byte[] seed, IEnumerable<int> places, IEnumerable<int> bytes, int length)
    {
        var copy = (byte[])seed.Clone();
        foreach (var (place, value) in places.Zip(bytes))
            copy[place] = (byte)value;
        return copy[..length];
    }

    [Fact]
    public void Decode_AnyBytes_GiveMeasurementsOrRejectsAndNeverThrow() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(
                AnyBytes().Zip(Gen.Elements(ContentTypes)).ToArbitrary(),
                input =>
                {
                    var decoding = new DecoderHarness().Feed(DecoderHarness.Record(input.Item1, "", input.Item2));
                    return decoding.Measurements.Count + decoding.Rejects.Count > 0
                        && decoding.Measurements.All(one => double.IsFinite(one.Value) && one.Count >= 0)
                        && decoding.Rejects.All(reject => reject.Reason.Length > 0);
                }
            )
        );

    [Fact]
    public void DecodeTransaction_AnyBytes_GiveResultsOrRejectsAndNeverThrow() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                AnyBytes().Zip(Gen.Elements(ContentTypes)).ToArbitrary(),
                input =>
                {
                    var results = new List<TransactionResult>();
                    var rejects = new List<Reject>();
                    var record = DecoderHarness.Record(input.Item1, "", input.Item2);
                    new TransactionDecoder().Decode(in record, DecoderHarness.Now, results, rejects);
                    return results.Count + rejects.Count > 0;
                }
            )
        );

    [Fact]
    public void Decode_WhatWasEncoded_ComesBack()
    {
        var text = Gen.Elements("a", "b-1", "größe", "x\"y\\z", "日本", "tab\there", "😀");
        var measurements =
            from app in text
            from cluster in text
            from version in text
            from metric in text
            from canary in ArbMap.Default.GeneratorFor<bool>()
            from variant in Gen.Elements(null, "a", "ß")
            from value in ArbMap.Default.GeneratorFor<NormalFloat>()
            from count in Gen.Choose(0, 1_000_000)
            from age in Gen.Choose(0, 1_000_000_000)
            select (
                Key: new SeriesKey(
                    app,
                    cluster,
                    version,
                    canary ? Track.Canary : Track.Stable,
                    canary ? variant : null,
                    metric
                ),
                Measurement: new Measurement(0, DecoderHarness.Now - age, value.Get, count)
            );
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                measurements.ToArbitrary(),
                expected =>
                {
                    var (key, measurement) = expected;
                    using var stream = new MemoryStream();
                    using (var json = new Utf8JsonWriter(stream))
                        TelemetryJson.WriteMeasurement(
                            json,
                            key,
                            measurement.TimeMs,
                            measurement.Value,
                            measurement.Count
                        );
                    var decoding = new DecoderHarness().Feed(DecoderHarness.Record(stream.ToArray(), key.App));
                    return decoding.Measurements.SequenceEqual([measurement]) && decoding.Series[0] == key;
                }
            )
        );
    }
}
