using static CanaryStreams.Engine.Tests.Configuration.Yaml;

namespace CanaryStreams.Engine.Tests.Configuration;

public class WatchConfigurationTests
{
    [Fact]
    public void Load_Watch_IsInheritedAndTakenBackByNever()
    {
        var policies = Options("policies: { default: { watch: 2h }, other: {}, short: { watch: never } }").Policies;

        policies.Select(policy => policy.Watch).ShouldBe([TimeSpan.FromHours(2), TimeSpan.FromHours(2), null]);
        Options("policies: { default: {} }").Policies[0].Watch.ShouldBeNull();
    }
}
