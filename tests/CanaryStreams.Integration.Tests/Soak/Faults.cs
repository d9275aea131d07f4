using System.Diagnostics;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <param name="Kills">SIGKILLs of processes.</param>
/// <param name="BrokerRestarts">Every other one after a kill, the others in good order.</param>
/// <param name="DatabaseRestarts">Every other one as after a power cut.</param>
internal sealed record FaultPlan(TimeSpan For, int Kills, int BrokerRestarts, int DatabaseRestarts, ulong Seed);

/// <summary>Lets things go wrong at random moments, one after the other, each followed by what a service manager does.</summary>
internal sealed class Faults(Stage stage, FaultPlan plan, Action<string> tell)
{
    private readonly SeededRandom _random = new(plan.Seed);

    public int Kills { get; private set; }

    public int BrokerRestarts { get; private set; }

    public int DatabaseRestarts { get; private set; }

    /// <summary>Returns when all of it has happened.</summary>
    public async Task RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var (at, fault) in Moments())
        {
            var left = at - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, TimeProvider.System);
            stage.Load.ThrowIfFailed();
            await fault();
        }
    }

    private List<(TimeSpan At, Func<Task> Fault)> Moments()
    {
        var moments = new List<(TimeSpan At, Func<Task> Fault)>();
        Add(plan.Kills, KillAsync);
        Add(plan.BrokerRestarts, RestartBrokerAsync);
        Add(plan.DatabaseRestarts, RestartDatabaseAsync);
        return [.. moments.OrderBy(moment => moment.At)];

        void Add(int count, Func<Task> fault)
        {
            for (var i = 0; i < count; i++)
                moments.Add((plan.For * _random.Uniform(0, 1), fault));
        }
    }

    private async Task KillAsync()
    {
        var index = Math.Min((int)_random.Uniform(0, stage.Members.Count), stage.Members.Count - 1);
        await stage.Members.KillAsync(index);
        Kills++;
        await stage.Members.RestartAsync(index);
    }

    private async Task RestartBrokerAsync()
    {
        var isKill = BrokerRestarts++ % 2 == 1;
        tell($"broker restarts after {(isKill ? "SIGKILL" : "SIGTERM")}");
        if (isKill)
            await stage.Kafka.KillAsync();
        await stage.Kafka.RestartAsync();
    }

    private async Task RestartDatabaseAsync()
    {
        var how = DatabaseRestarts++ % 2 == 0 ? PostgresServer.Stop.Fast : PostgresServer.Stop.Immediate;
        tell($"PostgreSQL restarts, {how}");
        await stage.Postgres.RestartAsync(how);
    }
}
