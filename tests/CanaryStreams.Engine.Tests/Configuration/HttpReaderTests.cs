using System.Net;
using CanaryStreams.Engine.Configuration;
using static CanaryStreams.Engine.Tests.Configuration.Yaml;

namespace CanaryStreams.Engine.Tests.Configuration;

public class HttpReaderTests
{
    private const string Token = "0123456789abcdef";

    [Fact]
    public void Load_Off_IsNoServer() => Options("http: off").Http.ShouldBeNull();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("'::1'")]
    [InlineData("'::ffff:127.0.0.1'")]
    public void Load_OnLoopback_NeedsNoToken(string bind)
    {
        var http = Options($"http: {{ bind: {bind}, port: 0 }}").Http.ShouldNotBeNull();
        IPAddress.IsLoopback(http.Bind).ShouldBeTrue();
        http.Port.ShouldBe(0);
        http.Token.ShouldBeNull();
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("'::'")]
    [InlineData("'fe80::1'")]
    public void Load_BeyondLoopback_NeedsAToken(string bind)
    {
        Errors($"http:\n  bind: {bind}")
            .ShouldBe([
                "canarystreams.yaml:2: http.token: must be given where bind is no loopback address: others could read what the engine does",
            ]);
        Options($"http: {{ bind: {bind}, token: {Token} }}").Http!.Token!.Value.ShouldBe(Token);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("127.0.0.1:80")]
    public void Load_BindThatIsNoAddress_IsRefused(string bind) =>
        Errors($"http: {{ bind: '{bind}' }}")
            .ShouldBe([
                $"canarystreams.yaml:1: http.bind: \"{bind}\" must be an address, such as 127.0.0.1, ::1 or 0.0.0.0",
            ]);

    [Theory]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789 abcdef")]
    [InlineData("0123456789äbcdef")]
    [InlineData("")]
    public void Load_TokenThatWontDo_IsRefusedAndNotShown(string token) =>
        Errors($"http: {{ token: '{token}' }}")
            .ShouldBe(["canarystreams.yaml:1: http.token: must have 16 to 1024 characters of ASCII without spaces"]);

    [Fact]
    public void Load_Token_IsMasked()
    {
        Options($"http: {{ token: {Token} }}").ToString().ShouldNotContain(Token);
        var http = Options("http: { token: '${SECRET}' }", ("SECRET", Token)).Http.ShouldNotBeNull();
        http.Token.ShouldBe(new Setting(Token, "${SECRET}"));
        http.ToString().ShouldNotContain(Token);
    }

    [Fact]
    public void Load_TokenWrittenOutInPart_IsMaskedWhole()
    {
        var http = Options("http: { token: 'written-out-${SECRET}' }", ("SECRET", Token)).Http.ShouldNotBeNull();

        http.Token.ShouldBe(new Setting($"written-out-{Token}", "***"));
    }

    [Theory]
    [InlineData("http: on", "canarystreams.yaml:1: http: must hold keys, each with its value")]
    [InlineData("http: { prot: 1 }", "canarystreams.yaml:1: http.prot: is no known key; did you mean port?")]
    [InlineData("dashboard: { port: 1 }", "canarystreams.yaml:1: dashboard: is no known key")]
    public void Load_OtherMistakes_AreNamed(string text, string error) =>
        Errors(text).ShouldHaveSingleItem().ShouldStartWith(error);
}
