using CanaryStreams.Core.Simulation;
using CanaryStreams.Simulation.Checks;

namespace CanaryStreams.Simulation.World;

/// <summary>
/// One thread, one time, one source of chance. A step of an actor runs until it ends; where it waits in the middle, the world
/// goes on inside of it, so that anything may happen between any two instructions that touch the outside.
/// </summary>
internal sealed class SimulatedWorld
{
    /// <summary>Steps that stand still inside one another; more would only make the stack deep.</summary>
    private const int DepthMax = 6;

    public static readonly long StartMs = new DateTimeOffset(
        2026,
        11,
        23,
        8,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    private readonly List<IActor> _actors = [];
    private readonly HashSet<IActor> _busy = [];
    private readonly PriorityQueue<Action, (long DueMs, long Order)> _timers = new();
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];
    private long _timersSet;
    private int _depth;

    public SimulatedWorld(ulong seed, Weather weather, Trace trace)
    {
        (Seed, Weather, Trace) = (seed, weather, trace);
        Random = SeededRandom.Of(seed, 1);
    }

    public ulong Seed { get; }
    public Weather Weather { get; }
    public Trace Trace { get; }
    public SeededRandom Random { get; }
    public long NowMs { get; private set; } = StartMs;
    public long SinceStartMs => NowMs - StartMs;
    public long Steps { get; private set; }
    public IReadOnlyList<long> Faults => _faults;

    /// <summary>No more faults: what is broken may heal now.</summary>
    public bool IsCalm { get; set; }

    /// <summary>Everything that is to be true at every step.</summary>
    public Invariants Checks { get; set; } = null!;

    public void Add(IActor actor) => _actors.Add(actor);

    public void Remove(IActor actor) => _actors.Remove(actor);

    public bool IsBusy(IActor actor) => _busy.Contains(actor);

    public void Later(long afterMs, Action what) => _timers.Enqueue(what, (NowMs + afterMs, _timersSet++));

    public void Tell(string who, string what) => Trace.Add(SinceStartMs, who, what);

    /// <summary>Whether a fault is to happen here; if so it is counted and told.</summary>
    public bool Strikes(FaultKind kind, string who, string where)
    {
        if (IsCalm || !Random.Chance(Weather[kind]))
            return false;
        Count(kind, who, where);
        return true;
    }

    public void Count(FaultKind kind, string who, string where)
    {
        _faults[(int)kind]++;
        Tell(who, $"FAULT {kind} at {where}");
    }

    public long Between(long fromMs, long toMs) => fromMs + (long)(Random.NextDouble() * (toMs - fromMs));

    /// <summary>The world goes on while a step stands still; too deep inside others, only time passes.</summary>
    public void Hold(long forMs, Func<bool>? until = null)
    {
        if (_depth >= DepthMax)
        {
            NowMs += until is null ? Math.Min(forMs, 250) : 0;
            return;
        }
        _depth++;
        for (var end = NowMs + forMs; NowMs < end && until?.Invoke() != true; )
            Step();
        _depth--;
    }

    public void Step()
    {
        Steps++;
        NowMs += 1 + (long)(Random.NextDouble() * 2 * Weather.StepMs * 8 / Math.Max(8, _actors.Count));
        while (_timers.TryPeek(out var due, out var at) && at.DueMs <= NowMs)
        {
            _timers.Dequeue();
            due();
        }
        if (Pick() is not { } actor)
            return;
        _busy.Add(actor);
        try
        {
            actor.Step();
        }
        catch (CrashedException)
        {
            // Who it was is told where it happened.
        }
        finally
        {
            _busy.Remove(actor);
        }
        Checks.OnStep();
    }

    /// <summary>Takes one more step with an actor that is waited for.</summary>
    public void StepInside(IActor actor)
    {
        if (!_busy.Add(actor))
            return;
        try
        {
            actor.Step();
        }
        finally
        {
            _busy.Remove(actor);
        }
    }

    private IActor? Pick()
    {
        if (_actors.Count == 0)
            return null;
        var first = (int)(Random.NextDouble() * _actors.Count);
        for (var i = 0; i < _actors.Count; i++)
        {
            var actor = _actors[(first + i) % _actors.Count];
            if (!_busy.Contains(actor) && actor.CanStep)
                return actor;
        }
        return null;
    }
}
