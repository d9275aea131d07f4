using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Joins the same partition of several topics in the order in which their records were written, by the broker's
/// timestamps. While all are read at their end that changes nothing. Where a backlog is read, each topic comes at its own
/// pace, and without this a rollout's request could come long after the telemetry that it is about.
/// </summary>
internal sealed class MergedTopics
{
    private readonly Part[] _parts;
    private readonly TimeProvider _clock;
    private long? _interruptedAt;

    /// <param name="span">For each topic the offset at which reading begins, and the end of the partition at that time.</param>
    /// <param name="clock">Measures how long a topic is waited for: the wall's, however fast event time runs.</param>
    public MergedTopics(
        IReadOnlyList<string> topics,
        Func<string, (long Begin, long End)> span,
        TimeProvider? clock = null
    )
    {
        _clock = clock ?? TimeProvider.System;
        _parts = [.. topics.Select(topic => new Part(topic, span(topic), _clock))];
    }

    public bool IsEmpty => _parts.All(part => part.Count == 0);

    /// <summary>By topic where reading has to go on for what wasn't taken yet.</summary>
    public IReadOnlyDictionary<string, long> Positions =>
        _parts.ToDictionary(part => part.Topic, part => part.Position);

    /// <summary>Records of a topic that wait here; a large one counts for each 4 KiB of it.</summary>
    public int Waiting(string topic) => _parts.First(part => part.Topic == topic).Weight;

    public void Add(RawBatch batch) => _parts.First(part => part.Topic == batch.Topic).Add(batch);

    /// <summary>
    /// Whether all that the broker is known to have was added, or waited for in vain. Where nothing could come for a while, and before
    /// a topic's first answer, it isn't known what there is, until there was time to ask.
    /// </summary>
    /// <param name="endOf">The end of a topic's partition as far as it is known; null where it isn't.</param>
    public bool IsCaughtUp(Func<string, long?> endOf)
    {
        if (_interruptedAt is { } since && _clock.GetElapsedTime(since) < Part.Patience)
            return false;
        _interruptedAt = null;
        return _parts.All(part => !part.IsBehind(endOf) && !part.IsUnanswered(endOf));
    }

    /// <summary>
    /// Nothing could come for a while: the broker was away, or this process stood still. What is waited for is waited for anew, or
    /// the rest of a backlog would be taken for none and what belongs behind it come first.
    /// </summary>
    public void Interrupted()
    {
        _interruptedAt = _clock.GetTimestamp();
        foreach (var part in _parts)
            part.WaitAnew();
    }

    /// <summary>
    /// The client has had trouble with some of the cluster, so that what is waited for may take longer. In all that gives it a
    /// minute: trouble that never ends (one broker of three gone for good) mustn't keep the other topics waiting for ever.
    /// </summary>
    public void Troubled()
    {
        foreach (var part in _parts)
            part.WaitLonger();
    }

    /// <summary>Takes the oldest records, as long as no topic that must have older ones is empty.</summary>
    /// <param name="endOf">The end of a topic's partition as far as it is known; null where it isn't.</param>
    /// <returns>The records, and the batches whose last record is among them; none of both when it has to wait.</returns>
    public (List<RawRecord> Records, List<RawBatch> Finished) Take(int recordsMax, Func<string, long?> endOf)
    {
        var (records, finished) = (new List<RawRecord>(), new List<RawBatch>());
        var awaited = _parts.Where(part => part.IsBehind(endOf)).ToList();
        while (records.Count < recordsMax && awaited.TrueForAll(part => part.Count > 0))
        {
            if (Oldest() is not { } oldest)
                break;
            records.Add(oldest.Next(finished));
        }
        return (records, finished);
    }

    private Part? Oldest()
    {
        Part? oldest = null;
        foreach (var part in _parts)
        {
            if (part.Count > 0 && (oldest is null || part.TimeMs < oldest.TimeMs))
                oldest = part;
        }
        return oldest;
    }

    private sealed class Part(string topic, (long Begin, long End) span, TimeProvider clock)
    {
        /// <summary>
        /// How long a topic is waited for that ought to have records. It can be without any for ever: the last offsets of
        /// a partition may be marks of transactions, which no reader gets.
        /// </summary>
        public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

        private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(1);

        private readonly Queue<RawBatch> _batches = new();
        private int _index;
        private long _bytes;
        private long _nextOffset = span.Begin;
        private (long From, long To) _awaited;
        private readonly long _begunAt = clock.GetTimestamp();
        private long _awaitedFirst;
        private long _awaitedSince;

        public string Topic { get; } = topic;

        /// <summary>Offset behind the last record taken.</summary>
        public long Position { get; private set; } = span.Begin;

        public int Count { get; private set; }

        public int Weight => Count + (int)(_bytes / CanaryGraph.RecordBytes);

        /// <summary>
        /// The broker has records that were not added yet. Where nothing comes for too long they are taken for none,
        /// until the partition grows or something comes after all.
        /// </summary>
        public bool IsBehind(Func<string, long?> endOf)
        {
            var missing = (From: _nextOffset, To: Math.Max(span.End, endOf(Topic) ?? 0));
            if (missing.From >= missing.To)
                return false;
            if (Count == 0 && missing == _awaited)
                return clock.GetElapsedTime(_awaitedSince) < Patience;
            _awaited = missing;
            WaitAnew();
            return true;
        }

        /// <summary>
        /// No answer to any question for records has come: what was written since the lane began isn't known. A topic that can't
        /// be asked at all is waited for no longer than one that has nothing.
        /// </summary>
        public bool IsUnanswered(Func<string, long?> endOf) =>
            endOf(Topic) is null && clock.GetElapsedTime(_begunAt) < Patience;

        public void WaitAnew() => _awaitedFirst = _awaitedSince = clock.GetTimestamp();

        public void WaitLonger()
        {
            if (clock.GetElapsedTime(_awaitedFirst) < PatienceMax)
                _awaitedSince = clock.GetTimestamp();
        }

        public long TimeMs => _batches.Peek().Span[_index].TimestampMs;

        public void Add(RawBatch batch)
        {
            _batches.Enqueue(batch);
            Count += batch.Count;
            _bytes += batch.Bytes;
            _nextOffset = batch.NextOffset;
        }

        public RawRecord Next(List<RawBatch> finished)
        {
            var batch = _batches.Peek();
            var record = batch.Span[_index++];
            Count--;
            Position = record.Offset + 1;
            _bytes -= record.Key.Length + record.Value.Length;
            if (_index == batch.Count)
            {
                finished.Add(_batches.Dequeue());
                _index = 0;
            }
            return record;
        }
    }
}
