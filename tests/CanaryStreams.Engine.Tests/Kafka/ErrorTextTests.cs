using CanaryStreams.Kafka;
using Confluent.Kafka;

namespace CanaryStreams.Tests.Kafka;

public sealed class ErrorTextTests
{
    private static KafkaSettings With(params (string Key, string Value)[] settings) =>
        new()
        {
            Bootstrap = "broker:9092",
            Group = "releases-analyzer",
            Librdkafka = settings.ToDictionary(one => one.Key, one => one.Value),
        };

    [Theory]
    [InlineData(ErrorCode.Local_Authentication, "authentication failed: why")]
    [InlineData(ErrorCode.Local_Ssl, "no TLS connection: why")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "the user lacks the right Write on topic canary.events: why")]
    [InlineData(ErrorCode.GroupAuthorizationFailed, "the user lacks the right Read on group releases-analyzer: why")]
    [InlineData(ErrorCode.Local_Transport, "why")]
    public void Of_AnError_SaysWhatItAsksFor(ErrorCode code, string text) =>
        ErrorText.Of(new Error(code, "why"), With(), "canary.events", "Write").ShouldBe(text);

    [Fact]
    public void Of_ScramRefused_AdvisesWhereTheLibraryIsTooOldForKafka4()
    {
        var error = new Error(ErrorCode.Local_Authentication, "invalid credentials");
        var isTooOld = System.Version.Parse(KafkaNative.Version.Split('-')[0]) < new System.Version(2, 6, 1);

        ErrorText.Of(error, With(("sasl.mechanism", "SCRAM-SHA-256"))).Contains("Kafka 4").ShouldBe(isTooOld);
        ErrorText.Of(error, With(("sasl.mechanism", "PLAIN"))).ShouldNotContain("Kafka 4");
    }

    [Theory]
    [InlineData("it was correct-horse-battery!", "it was ***!")]
    [InlineData("beginning at: horse-battery", "beginning at: ***")]
    [InlineData("user engine", "user engine")]
    public void WithoutSecrets_TextThatCitesOne_HidesItAndItsEnd(string text, string shown) =>
        ErrorText
            .WithoutSecrets(
                text,
                With(("sasl.oauthbearer.config", "correct-horse-battery"), ("sasl.username", "engine"))
            )
            .ShouldBe(shown);
}
