using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Tells lanes when nothing could come to them, so that what they wait for isn't taken for nothing: the process stood still,
/// or the brokers are away. The client says that all of them are once, when the last one goes; they count as away until a record
/// comes.
/// </summary>
/// <param name="clock">The wall's, however fast event time runs.</param>
internal sealed class BrokerSilence(TimeProvider clock)
{
    /// <summary>A step takes milliseconds: after so long the process has stood still.</summary>
    private static readonly TimeSpan StoodStillFor = TimeSpan.FromSeconds(2);

    private long _steppedAt = clock.GetTimestamp();
    private bool _isAway;
    private bool _isTroubled;

    /// <summary>The client has had trouble that it recovers from by itself.</summary>
    public void Note(BrokerError error)
    {
        _isAway |= error.IsOfAllBrokers;
        _isTroubled = true;
    }

    /// <summary>A record has come.</summary>
    public void Heard() => _isAway = false;

    /// <summary>To be called before each poll.</summary>
    public void Step(IEnumerable<MergedTopics> lanes)
    {
        var stoodStill = clock.GetElapsedTime(_steppedAt) > StoodStillFor;
        _steppedAt = clock.GetTimestamp();
        foreach (var topics in lanes)
        {
            if (stoodStill || _isAway)
                topics.Interrupted();
            else if (_isTroubled)
                topics.Troubled();
        }
        _isTroubled = false;
    }
}
