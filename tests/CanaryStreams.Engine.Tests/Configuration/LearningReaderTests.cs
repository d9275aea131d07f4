using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Engine.Configuration;
using static CanaryStreams.Engine.Tests.Configuration.Yaml;

namespace CanaryStreams.Engine.Tests.Configuration;

/// <summary>The section <c>learning</c>.</summary>
public class LearningReaderTests
{
    [Fact]
    public void Load_NothingGiven_AllLearns() =>
        Options("").Learning.ShouldBe(new LearningOptions(Fleet: true) { Impact = new LearnerSettings() });

    [Fact]
    public void Load_EveryKey_IsRead()
    {
        var learning = Options(
            "learning: { fleet: off, impact: on, retrainAfter: 50, retrainEvery: 1d, trialRollouts: 60, promotion: manual }"
        ).Learning;

        var impact = new LearnerSettings
        {
            RetrainAfter = 50,
            RetrainEvery = TimeSpan.FromDays(1),
            TrialRollouts = 60,
            Promotes = false,
        };
        learning.ShouldBe(new LearningOptions(Fleet: false) { Impact = impact });
    }

    [Fact]
    public void Load_ImpactOff_NoneIsLearnt() => Options("learning: { impact: off }").Learning.Impact.ShouldBeNull();
}
