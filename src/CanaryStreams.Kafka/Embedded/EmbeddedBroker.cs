using System.Net;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Kafka;

/// <summary>
/// A Kafka broker inside this process, for a first look, a demo and tests: librdkafka's mock cluster, which speaks the
/// ordinary protocol on loopback, so that outside programs (kcat, a producer in any language) connect as well. Not for
/// production; see <see cref="Limits"/>.
/// </summary>
public sealed class EmbeddedBroker : IDisposable
{
    private const int OnlyBroker = 1;

    private readonly TcpRelay _relay;
    private nint _handle;
    private nint _cluster;

    /// <summary>Starts the broker and makes its topics.</summary>
    /// <param name="port">Port of <see cref="Bootstrap"/> on 127.0.0.1; 0 for any free one.</param>
    /// <exception cref="BrokerException">The port is taken, or a topic was refused.</exception>
    public EmbeddedBroker(IEnumerable<string> topics, int partitions, int port = 0, ILogger? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        KafkaNative.Initialize();
        // The mock cluster's own client has no broker to connect to and would say so on standard error.
        _handle = ClientHandle.New(("log_level", "2"), ("client.id", "embedded-broker"));
        _cluster = MockCluster.New(_handle, OnlyBroker);
        try
        {
            if (KafkaNative.Has("rd_kafka_mock_group_initial_rebalance_delay_ms"))
                MockCluster.SetInitialRebalanceDelay(_cluster, 0);
            foreach (var topic in topics)
                Check(MockCluster.CreateTopic(_cluster, topic, partitions, replication: 1), $"topic {topic}");
            var advertised = Marshal.PtrToStringUTF8(MockCluster.Bootstraps(_cluster))!;
            _relay = new TcpRelay(port, IPEndPoint.Parse(advertised));
        }
        catch
        {
            DestroyCluster();
            throw;
        }
        Bootstrap = $"127.0.0.1:{_relay.Address.Port}";
        KafkaLog.EmbeddedStarted(logger ?? NullLogger.Instance, Bootstrap, Limits);
    }

    /// <summary>What a user of the embedded broker has to know; printed at start-up.</summary>
    public static string Limits =>
        "It keeps about 5 MB per partition in memory: a consumer that falls behind further loses records, and all are gone "
        + "when the process ends. One broker, no security, no transactions, no admin requests, no offsets by time; "
        + "reachable from this machine only; a group takes up to 3 s to form and a change of its members up to 6 s.";

    /// <summary>Address for clients, in this process and outside, for as long as the broker lives.</summary>
    public string Bootstrap { get; }

    /// <summary>Settings that fit this broker.</summary>
    public KafkaSettings Settings(string group = "canarystreams") =>
        new()
        {
            Bootstrap = Bootstrap,
            Group = group,
            IsEmbedded = true,
        };

    /// <summary>Ends the broker; its clients should be disposed before.</summary>
    public void Dispose()
    {
        _relay.Dispose();
        DestroyCluster();
    }

    /// <summary>Cuts all connections and refuses new ones until <see cref="GoUp"/>.</summary>
    internal void GoDown() => Check(MockCluster.SetDown(_cluster, OnlyBroker), "going down");

    internal void GoUp() => Check(MockCluster.SetUp(_cluster, OnlyBroker), "coming up");

    /// <summary>Answers the next requests of a kind (Kafka's API key: 0 produce, 1 fetch, 8 offset commit) with errors.</summary>
    internal void FailNext(short apiKey, params ErrorCode[] errors) =>
        MockCluster.PushErrors(_cluster, apiKey, (nuint)errors.Length, Array.ConvertAll(errors, error => (int)error));

    private static void Check(int code, string what)
    {
        if (code != 0)
            throw new BrokerException($"Embedded broker, {what}: {((ErrorCode)code).GetReason()}.");
    }

    /// <summary>The cluster's thread uses the handle, so the cluster goes first.</summary>
    private void DestroyCluster()
    {
        if (_cluster == 0)
            return;
        MockCluster.Destroy(_cluster);
        ClientHandle.Destroy(_handle);
        _cluster = _handle = 0;
    }
}
