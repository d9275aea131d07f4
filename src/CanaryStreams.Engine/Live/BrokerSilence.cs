using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Tells lanes when nothing could come to them, so that what they wait for isn't taken for nothing: the process stood still,
/// or brokers are away. The client says that all of them are once, when the last one goes; they count as away until a record
/// comes, or until nothing has been said of trouble for long.
/// </summary>
/// <param name="clock">The wall's, however fast event time runs.</param>
internal sealed class BrokerSilence(TimeProvider clock)
{
    /// <summary>A step takes milliseconds: after so long the process has stood still.</summary>
    private static readonly TimeSpan StoodStillFor = TimeSpan.FromSeconds(2);

    /// <summary>
    /// While a broker is away the client tries again every ten seconds, and says the same of it again after half a minute at
    /// the earliest. What was said longer ago than this is over.
    /// </summary>
    private static readonly TimeSpan TroubleLasts = TimeSpan.FromMinutes(1);

    private long _steppedAt = clock.GetTimestamp();
    private long? _troubledAt;
    private bool _isAway;
    private bool _wentAway;
    private bool _wasHeard;

    /// <summary>The client has had trouble that it recovers from by itself.</summary>
    public void Note(BrokerError error)
    {
        _wentAway |= error.IsOfAllBrokers;
        _isAway |= error.IsOfAllBrokers;
        _troubledAt = clock.GetTimestamp();
    }

    /// <summary>A record has come.</summary>
    public void Heard() => _wasHeard = true;

    /// <summary>To be called before each poll.</summary>
    public void Step(IEnumerable<MergedTopics> lanes)
    {
        var stoodStill = clock.GetElapsedTime(_steppedAt) > StoodStillFor;
        _steppedAt = clock.GetTimestamp();
        if (_troubledAt is { } since && clock.GetElapsedTime(since) > TroubleLasts)
            _troubledAt = null;
        // What was fetched before the brokers went comes in the same poll as the word of it.
        _isAway = _isAway && _troubledAt is not null && (_wentAway || !_wasHeard);
        (_wentAway, _wasHeard) = (false, false);
        foreach (var topics in lanes)
        {
            if (stoodStill || _isAway)
                topics.Interrupted();
            else if (_troubledAt is not null)
                topics.Troubled();
        }
    }
}
