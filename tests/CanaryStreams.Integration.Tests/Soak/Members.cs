using System.Diagnostics;
using System.Text.Json;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>Processes of the built program over one configuration, as a service manager holds them: one that ends is begun again.</summary>
internal sealed class Members(EngineSetup setup) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<EngineProcess> _processes = [];

    /// <summary>By index; a killed one is there until it is begun again.</summary>
    public EngineProcess this[int index] => _processes[index];

    public int Count => _processes.Count;

    /// <summary>Begins another one.</summary>
    public EngineProcess Add()
    {
        var process = setup.Start();
        _processes.Add(process);
        return process;
    }

    /// <summary>Kills it between any two of its instructions.</summary>
    public Task KillAsync(int index) => _processes[index].KillAsync();

    /// <summary>Begins it again, in a new process.</summary>
    public async Task RestartAsync(int index)
    {
        await _processes[index].DisposeAsync();
        _processes[index] = setup.Start();
    }

    /// <summary>Asks it to end, as before an upgrade, and takes it out.</summary>
    public async Task LeaveAsync(int index)
    {
        await _processes[index].SignalAsync("TERM");
        (await _processes[index].EndAsync(TimeSpan.FromSeconds(20))).ShouldBe(130);
        await _processes[index].DisposeAsync();
        _processes.RemoveAt(index);
    }

    public void ThrowIfEnded() => _processes.ForEach(process => process.ThrowIfEnded());

    /// <summary>How many partitions it owns by role, as it says itself; none where it can't be asked.</summary>
    public async Task<IReadOnlyDictionary<string, int>> OwnedAsync(int index)
    {
        var parts = (await HealthAsync(index)).Parts.Keys.Where(name => name.Contains('/'));
        return parts.CountBy(name => name[..name.IndexOf('/')]).ToDictionary(one => one.Key, one => one.Value);
    }

    /// <summary>What it says at <c>/health/ready</c>: its status, and why a part isn't ready by the part's name.</summary>
    public async Task<(int Status, IReadOnlyDictionary<string, string?> Parts)> HealthAsync(int index)
    {
        if (_processes[index].Address is not { } address)
            return (0, new Dictionary<string, string?>());
        try
        {
            using var answer = await _client.GetAsync(new Uri(address, "/health/ready"));
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var parts = body.RootElement.GetProperty("parts").EnumerateArray();
            return (
                (int)answer.StatusCode,
                parts.ToDictionary(
                    part => part.GetProperty("name").GetString()!,
                    part => part.TryGetProperty("reason", out var reason) ? reason.GetString() : null
                )
            );
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
        {
            return (0, new Dictionary<string, string?>());
        }
    }

    /// <summary>Until a process's health is as it should be.</summary>
    public Task WaitForAsync(
        string what,
        int index,
        Func<(int Status, IReadOnlyDictionary<string, string?> Parts), bool> isMeant
    ) => WaitForAsync(what, async () => isMeant(await HealthAsync(index)));

    /// <summary>Until all processes say that they are ready.</summary>
    public Task WaitUntilReadyAsync() =>
        WaitForAsync(
            "readiness",
            async () =>
            {
                for (var index = 0; index < _processes.Count; index++)
                    if ((await HealthAsync(index)).Status != 200)
                        return false;
                return true;
            }
        );

    /// <summary>Until each has its share of the partitions, in both roles.</summary>
    public Task WaitUntilSharedAsync(int partitions) =>
        WaitForAsync(
            $"shares of {partitions} partitions",
            async () =>
            {
                var owned = new List<IReadOnlyDictionary<string, int>>();
                for (var index = 0; index < _processes.Count; index++)
                    owned.Add(await OwnedAsync(index));
                return new[] { "analyzer", "supervisor" }.All(role =>
                    IsShared([.. owned.Select(one => one.GetValueOrDefault(role))], partitions)
                );
            }
        );

    /// <param name="mayBeDead">Index of a process that was killed; left out: none was.</param>
    public async Task WaitForAsync(string what, Func<Task<bool>> isMet, int mayBeDead = -1)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isMet())
        {
            foreach (var (_, process) in _processes.Index().Where(one => one.Index != mayBeDead))
                process.ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"There was no {what}.\n{Printed}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    /// <summary>The ends of what they printed.</summary>
    public string Printed =>
        string.Join("\n\n", _processes.Select(process => string.Join('\n', process.Printed.Split('\n').TakeLast(40))));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _client.Dispose();
    }

    private static bool IsShared(IReadOnlyList<int> owned, int partitions) =>
        owned.Sum() == partitions && owned.Max() - owned.Min() <= 1;
}
