using System.Diagnostics.CodeAnalysis;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Lets one lane of a role at a time have its state captured and saved, and spreads them over the interval: memory for one
/// of them is enough, and the lanes don't all stand still in the same second.
/// </summary>
/// <param name="every">How often each lane's state is saved.</param>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore whose wait handle nobody asks for holds nothing to give back, and lanes may return their turn late."
)]
internal sealed class SnapshotTurns(TimeSpan every)
{
    /// <summary>Lanes that fit into half of an interval at the widest distance; more of them come closer together.</summary>
    private const int LanesSpread = 12;

    private readonly SemaphoreSlim _free = new(1, 1);
    private long _began;
    private int _lanes;

    /// <summary>For a lane that begins; to be left when it ends.</summary>
    public Turn Join()
    {
        Interlocked.Increment(ref _lanes);
        return new Turn(this);
    }

    private TimeSpan Apart => every / (2 * Math.Max(LanesSpread, Volatile.Read(ref _lanes)));

    /// <summary>One lane's part in it. For several threads.</summary>
    internal sealed class Turn(SnapshotTurns turns)
    {
        private readonly Lock _gate = new();
        private bool _has;
        private bool _hasLeft;
        private long _beganBefore;

        /// <summary>False where another lane has it or had it a moment ago, this one has it still, or it has left.</summary>
        /// <param name="time">The lanes' clock.</param>
        public bool TryTake(TimeProvider time)
        {
            lock (_gate)
            {
                var began = Volatile.Read(ref turns._began);
                var isTooSoon = began != 0 && time.GetElapsedTime(began) < turns.Apart;
                if (_has || _hasLeft || isTooSoon || !turns._free.Wait(0))
                    return false;
                _beganBefore = began;
                Volatile.Write(ref turns._began, time.GetTimestamp());
                return _has = true;
            }
        }

        /// <summary>Nothing could be captured: the next one to ask has the turn, as if nobody had taken it.</summary>
        public void GiveBack()
        {
            lock (_gate)
            {
                if (_has)
                    Volatile.Write(ref turns._began, _beganBefore);
                Release();
            }
        }

        /// <summary>Waits for the others to be done, however soon that is.</summary>
        public async Task TakeAsync(CancellationToken stop)
        {
            await turns._free.WaitAsync(stop);
            lock (_gate)
            {
                _has = !_hasLeft;
                if (_hasLeft)
                    turns._free.Release();
            }
        }

        /// <summary>What was captured is saved. Nothing where it has no turn.</summary>
        public void Return()
        {
            lock (_gate)
                Release();
        }

        /// <summary>The lane is at its end.</summary>
        public void Leave()
        {
            lock (_gate)
            {
                Release();
                if (!_hasLeft)
                    Interlocked.Decrement(ref turns._lanes);
                _hasLeft = true;
            }
        }

        private void Release()
        {
            if (_has)
                turns._free.Release();
            _has = false;
        }
    }
}
