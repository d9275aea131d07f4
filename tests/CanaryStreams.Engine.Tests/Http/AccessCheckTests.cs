using System.Net;
using CanaryStreams.Cli.Http;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Engine.Tests.Http;

public class AccessCheckTests
{
    private const string Token = "0123456789abcdef";

    private static readonly AccessCheck Open = new(new HttpOptions());
    private static readonly AccessCheck Guarded = new(
        new HttpOptions { Bind = IPAddress.Any, Token = new Setting(Token, "***") }
    );

    [Theory]
    [InlineData($"Bearer {Token}")]
    [InlineData($"bearer {Token}")]
    [InlineData($"Bearer  {Token} ")]
    public void StatusFor_TheToken_LetsIn(string authorization) =>
        Guarded.StatusFor(authorization, "engine.example.org").ShouldBe(200);

    [Theory]
    [InlineData("")]
    [InlineData(Token)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData($"Basic {Token}")]
    [InlineData($"Bearer {Token}0")]
    [InlineData("Bearer 0123456789abcde")]
    [InlineData("Bearer 0123456789ABCDEF")]
    [InlineData($"Bearer {Token},Bearer {Token}")]
    public void StatusFor_AnythingElse_AsksForTheToken(string authorization) =>
        Guarded.StatusFor(authorization, "localhost").ShouldBe(401);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("")]
    public void StatusFor_ALocalNameWithoutAToken_LetsIn(string host) => Open.StatusFor("", host).ShouldBe(200);

    [Theory]
    [InlineData("rebound.example.org")]
    [InlineData("localhost.example.org")]
    [InlineData("10.0.0.1")]
    public void StatusFor_AnotherNameWithoutAToken_IsForbidden(string host) => Open.StatusFor("", host).ShouldBe(403);
}
