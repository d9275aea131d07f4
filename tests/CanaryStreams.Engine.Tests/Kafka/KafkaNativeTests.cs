using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

public sealed class KafkaNativeTests
{
    [Fact]
    public void Initialize_ManyTimesAndThreads_OneVersionAndOnlyWhatIsMissingIsReplaced()
    {
        Parallel.For(0, 16, _ => KafkaNative.Initialize());

        var version = System.Version.Parse(KafkaNative.Version.Split('-')[0]);
        KafkaNative.ReplacedExports.Count.ShouldBe(version < new Version(2, 1) ? 3 : 0);
        KafkaNative.ReplacedExports.ShouldAllBe(export => !KafkaNative.Has(export));
    }
}
