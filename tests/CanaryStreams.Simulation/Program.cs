using System.Diagnostics;
using System.Globalization;
using CanaryStreams.Simulation;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

// Usage: CanaryStreams.Simulation [SEEDS | FROM..TO] [--trace] [--mutant NAME] [--most FAILURES]
var mutant = Mutant.None;
var traces = false;
var most = 5;
(ulong from, ulong to) = (1, 1000);
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--trace")
        traces = true;
    else if (args[i] == "--most")
        most = int.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--mutant")
        mutant = Enum.Parse<Mutant>(args[++i]);
    else if (args[i].Split("..") is [var first, var last])
        (from, to) = (Number(first), Number(last));
    else
        to = Number(args[i]);
}

var faults = new long[Enum.GetValues<FaultKind>().Length];
var (steps, rollouts, inWaves, inPart, seeds) = (0L, 0L, 0L, 0L, 0L);
var failed = new List<RunResult>();
var began = Stopwatch.GetTimestamp();
Parallel.For(
    (long)from,
    (long)to + 1,
    new ParallelOptions { MaxDegreeOfParallelism = traces ? 1 : Environment.ProcessorCount },
    (seed, loop) =>
    {
        var result = Run.Of((ulong)seed, mutant, traces ? Console.WriteLine : null);
        lock (faults)
        {
            for (var kind = 0; kind < faults.Length; kind++)
                faults[kind] += result.Faults[kind];
            (steps, seeds) = (steps + result.Steps, seeds + 1);
            (rollouts, inWaves) = (rollouts + result.Rollouts, inWaves + result.InWaves);
            inPart += result.InPart;
            if (result.Broken is not null)
                failed.Add(result);
            if (failed.Count >= most)
                loop.Stop();
        }
    }
);
var took = Stopwatch.GetElapsedTime(began);
foreach (var result in failed.OrderBy(one => one.Seed))
{
    Console.WriteLine($"\nSeed {result.Seed} failed. {result.What}\nWhat led there:");
    foreach (var line in result.History.TakeLast(40))
        Console.WriteLine(line);
    Console.WriteLine($"Replay: make simulate SEEDS={result.Seed}..{result.Seed} TRACE=1\n");
}
foreach (var kind in Enum.GetValues<FaultKind>())
    Console.WriteLine($"{kind, -20} {faults[(int)kind], 10}");
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"{seeds} seeds, {faults.Sum()} faults, {rollouts} rollouts ({inWaves} in waves, {inPart} taken back in part), {steps} steps in {took.TotalSeconds:0.0} s ({seeds / took.TotalSeconds:0.0} seeds/s, {faults.Sum() / took.TotalSeconds:0} faults/s); {failed.Count} failed"
    )
);
return failed.Count == 0 ? 0 : 1;

static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
