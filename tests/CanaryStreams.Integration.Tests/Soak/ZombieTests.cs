using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>A process that stands still for longer than its session, and comes back believing that it owns its rollouts.</summary>
[Collection(Engines.Name)]
public sealed class ZombieTests
{
    private const int Frozen = 0;
    private const int Other = 1;
    private const int Rounds = 2;

    [Fact]
    public async Task Run_FrozenTakenOverAndWoken_SaysNothingThatCountsAndGoesOnAsAMember()
    {
        var settings = new LoadSettings(Seed: 3, PauseSecondsMax: 1);
        await using var stage = await Stage.BeginAsync(settings, members: 2);
        await using var epochs = new EpochWatch(stage.Kafka.Bootstrap);

        for (var round = 0; round < Rounds; round++)
        {
            await stage.Members.WaitForAsync("command of either", () => Task.FromResult(epochs.HasFresh()));
            await stage.Members[Frozen].SignalAsync("STOP");
            await OwnsAllAsync(stage);
            await stage.Members.WaitForAsync("command of a higher epoch", () => Task.FromResult(epochs.HasGrown()));
            await stage.Members[Frozen].SignalAsync("CONT");
            await stage.Members.WaitUntilSharedAsync(Stage.Partitions);
        }
        var audit = await stage.SettleAsync(TimeSpan.FromMinutes(1));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{audit.Control.Count} commands up to epoch {audit.Control.Max(one => one.Command.Epoch)}, "
                + $"{audit.Signals.Count} signals, {audit.Signals.Doubled.Count} doubled"
        );
        string.Join('\n', [.. audit.Findings, .. stage.Load.Violations]).ShouldBeEmpty(stage.Members.Printed);
        audit.Signals.Missing.ShouldBeEmpty();
        // It hears of it from the group, or from the journal where its first decision comes sooner.
        stage
            .Members[Frozen]
            .Printed.Split('\n')
            .ShouldContain(line => line.Contains("Lost") || line.Contains("anew"));
    }

    /// <summary>The group has given up the frozen one, and the other has taken its rollouts over.</summary>
    private static Task OwnsAllAsync(Stage stage) =>
        stage.Members.WaitForAsync(
            "owner of all partitions",
            async () => (await stage.Members.OwnedAsync(Other)).GetValueOrDefault("supervisor") == Stage.Partitions
        );

    /// <summary>Epochs of commands as an agent sees them.</summary>
    private sealed class EpochWatch : IAsyncDisposable
    {
        private readonly Dictionary<string, int> _epochs = [];
        private readonly Lock _gate = new();
        private readonly Follower _follower;
        private int _fresh;
        private int _grown;

        public EpochWatch(string bootstrap) =>
            _follower = new Follower(bootstrap, Topics.Control, record => See(record));

        /// <summary>A command has come since the last call.</summary>
        public bool HasFresh() => Interlocked.Exchange(ref _fresh, 0) > 0;

        /// <summary>A rollout's epoch has grown since the last call.</summary>
        public bool HasGrown() => Interlocked.Exchange(ref _grown, 0) > 0;

        public ValueTask DisposeAsync() => _follower.DisposeAsync();

        private void See(Found record)
        {
            var command = Audit.CommandOf(record).Command;
            lock (_gate)
            {
                Interlocked.Increment(ref _fresh);
                if (command.Epoch > _epochs.GetValueOrDefault(command.Rollout, command.Epoch))
                    Interlocked.Increment(ref _grown);
                _epochs[command.Rollout] = Math.Max(command.Epoch, _epochs.GetValueOrDefault(command.Rollout));
            }
        }
    }
}
