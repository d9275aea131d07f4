using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

public sealed class KafkaSettingsTests
{
    private static KafkaSettings With(params (string Key, string Value)[] settings) =>
        new() { Bootstrap = "broker:9092", Librdkafka = settings.ToDictionary(one => one.Key, one => one.Value) };

    [Fact]
    public void Problems_SecurityAndTuning_None() =>
        With(
                ("security.protocol", "SASL_SSL"),
                ("sasl.mechanism", "SCRAM-SHA-512"),
                ("sasl.username", "engine"),
                ("sasl.password", "hunter2"),
                ("fetch.wait.max.ms", "5")
            )
            .Problems()
            .ShouldBeEmpty();

    [Fact]
    public void Problems_SeveralMistakes_EachNamedByItsKey()
    {
        var settings = With(("no.such.setting", "1"), ("enable.auto.commit", "true"), ("linger.ms", "soon")) with
        {
            Bootstrap = "",
            Partitioner = "alphabetical",
        };

        var problems = settings.Problems();

        problems.Count.ShouldBe(5);
        problems.ShouldContain(problem => problem.Contains("bootstrap"));
        problems.ShouldContain(problem => problem.Contains("partitioner") && problem.Contains("alphabetical"));
        problems.ShouldContain(problem => problem.Contains("\"no.such.setting\": is not a setting"));
        problems.ShouldContain(problem => problem.Contains("\"enable.auto.commit\" can't be set"));
        problems.ShouldContain(problem => problem.Contains("\"linger.ms\""));
    }

    [Fact]
    public void Clients_UnknownSetting_ThrowNamingIt()
    {
        var settings = With(("no.such.setting", "1"));

        Should
            .Throw<KafkaSettingsException>(() => new PartitionConsumer(settings))
            .Message.ShouldContain("no.such.setting");
        Should
            .Throw<KafkaSettingsException>(() => new RecordProducer(settings))
            .Message.ShouldContain("no.such.setting");
    }

    [Fact]
    public void Clients_SettingsThatDoNotGoTogether_ThrowTheirException() =>
        Should.Throw<KafkaSettingsException>(() =>
            new PartitionConsumer(With(("security.protocol", "SASL_SSL"), ("sasl.mechanism", "PLAIN")))
        );

    [Fact]
    public void ToString_Secrets_OnlyTheirKeysShow()
    {
        var text = With(("sasl.password", "hunter2"), ("ssl.key.pem", "MIIE")).ToString();

        text.ShouldContain("sasl.password=***");
        text.ShouldNotContain("hunter2");
        text.ShouldNotContain("MIIE");
    }

    [Fact]
    public void Problems_SecretRefused_ValueDoesNotShow()
    {
        var problem = With(("ssl.key.pem", "MIIE-not-a-key")).Problems();

        problem.ShouldNotContain(text => text.Contains("MIIE"));
    }

    [Fact]
    public void ThrowIfUneven_TopicsKeyedByAppDiffer_NamesEachWithItsCount()
    {
        var layout = new TopicLayout(
            new Dictionary<string, int>
            {
                [Topics.Telemetry] = 8,
                [Topics.Updates] = 4,
                [Topics.Events] = 1,
            }
        );

        var failure = Should.Throw<TopicLayoutException>(() => layout.ThrowIfUneven(Topics.KeyedByApp));

        failure.Message.ShouldContain("canary.telemetry has 8");
        failure.Message.ShouldContain("canary.updates has 4");
        failure.Message.ShouldNotContain("canary.events");
    }

    [Fact]
    public void ThrowIfUneven_AlikeOrElsewhere_Passes() =>
        new TopicLayout(
            new Dictionary<string, int>
            {
                [Topics.Telemetry] = 8,
                [Topics.Acks] = 8,
                [Topics.Events] = 1,
            }
        ).ThrowIfUneven(Topics.KeyedByApp);
}
