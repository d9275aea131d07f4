using System.Diagnostics;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>Processes come, go and die while rollouts are under way.</summary>
[Collection(Engines.Name)]
public sealed class MembershipTests
{
    /// <summary>Beyond the session's time-out; the goal is two seconds on a machine that does nothing else.</summary>
    private static readonly TimeSpan TakeOverWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Run_ProcessesJoinLeaveAndDie_PartitionsAreSharedAndNothingIsLost()
    {
        await using var stage = await Stage.BeginAsync(new LoadSettings(Seed: 5, PauseSecondsMax: 1), members: 1);
        stage.Members.Add();
        await stage.Members.WaitUntilSharedAsync(Stage.Partitions);
        stage.Members.Add();
        await stage.Members.WaitUntilSharedAsync(Stage.Partitions);
        await stage.Members.LeaveAsync(0);
        await stage.Members.WaitUntilSharedAsync(Stage.Partitions);
        var silence = await KillAndMeasureAsync(stage);

        var audit = await stage.SettleAsync(TimeSpan.FromMinutes(1));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"all of a dead process's partitions taken over {silence.TotalSeconds:0.0} s after its death, "
                + $"its session timed out after {Stage.SessionTimeout.TotalSeconds:0.0} s"
        );
        string.Join('\n', [.. audit.Findings, .. stage.Load.Violations]).ShouldBeEmpty(stage.Members.Printed);
        audit.Signals.Doubled.ShouldBeEmpty();
        audit.Signals.Missing.ShouldBeEmpty();
        silence.ShouldBeLessThan(Stage.SessionTimeout + TakeOverWithin);
    }

    /// <returns>From a death until the survivor says of all partitions that their rollouts are taken over.</returns>
    private static async Task<TimeSpan> KillAndMeasureAsync(Stage stage)
    {
        var died = Stopwatch.GetTimestamp();
        await stage.Members.KillAsync(0);
        while (!await OwnsAllAsync(stage, index: 1))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var silence = Stopwatch.GetElapsedTime(died);
        await stage.Members.RestartAsync(0);
        return silence;
    }

    private static async Task<bool> OwnsAllAsync(Stage stage, int index)
    {
        var supervised = (await stage.Members.HealthAsync(index)).Parts.Where(part =>
            part.Key.StartsWith("supervisor/", StringComparison.Ordinal)
        );
        return supervised.Count(part => part.Value is null) == Stage.Partitions;
    }
}
