using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Simulation.Fleet;

public class HiddenFaultTests
{
    private static readonly ClusterProfile s_sound = new()
    {
        Name = "a",
        Kernel = "6.1",
        MemoryGb = 32,
        Network = "25g",
        LoadPct = 40,
    };

    [Theory]
    [InlineData(HiddenFault.None, "")]
    [InlineData(HiddenFault.Everywhere, "sound,kernel,memory,network,load")]
    [InlineData(HiddenFault.OldKernel, "kernel")]
    [InlineData(HiddenFault.SmallMemory, "memory")]
    [InlineData(HiddenFault.SlowNetwork, "network")]
    [InlineData(HiddenFault.HighLoad, "load")]
    public void Hurts_OfEachFault_IsTrueOfTheMatchingProfileAlone(HiddenFault fault, string hurt)
    {
        var profiles = new Dictionary<string, ClusterProfile>
        {
            ["sound"] = s_sound,
            ["kernel"] = s_sound with { Kernel = HiddenFaults.OldKernel },
            ["memory"] = s_sound with { MemoryGb = HiddenFaults.SmallMemoryGb },
            ["network"] = s_sound with { Network = HiddenFaults.SlowNetwork },
            ["load"] = s_sound with { LoadPct = HiddenFaults.HighLoadPct },
        };

        string.Join(',', profiles.Where(one => fault.Hurts(one.Value)).Select(one => one.Key)).ShouldBe(hurt);
    }

    [Fact]
    public void Odds_OfAFeature_RaiseItsOwnFault()
    {
        var plain = new ChangeProfile { Lines = 10, Files = 1 };

        MostRaised(plain with { Dependencies = 4 }).ShouldBe(HiddenFault.OldKernel);
        MostRaised(plain with { Schema = true }).ShouldBe(HiddenFault.Everywhere);
        MostRaised(plain with { Lines = 2000 }).ShouldBe(HiddenFault.HighLoad);
        MostRaised(plain with { ConfigOnly = true }).ShouldBe(HiddenFault.SlowNetwork);
        MostRaised(plain with { Files = 60 }).ShouldBe(HiddenFault.SmallMemory);

        HiddenFault MostRaised(ChangeProfile change) =>
            FaultOdds
                .Of(change, 1)
                .Zip(FaultOdds.Of(plain, 1))
                .MaxBy(pair => pair.First.Probability - pair.Second.Probability)
                .First.Fault;
    }

    [Fact]
    public void Odds_OfAFrailerApplication_AreHigherAndNeverCertain()
    {
        var change = new ChangeProfile
        {
            Lines = 5000,
            Files = 90,
            Dependencies = 9,
            Schema = true,
        };

        Sum(0.5).ShouldBeLessThan(Sum(1));
        Sum(50).ShouldBe(0.9, 1e-9);

        double Sum(double frailty) => FaultOdds.Of(change, frailty).Sum(one => one.Probability);
    }
}
