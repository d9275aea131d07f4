namespace CanaryStreams.Engine.Journal;

/// <summary>Sees how a journal fares, and says how long to wait for it.</summary>
public interface IJournalWatch
{
    /// <summary>A call found the journal away. Waits until it is worth trying again, or throws to give up.</summary>
    /// <param name="attempt">Failed attempts of this call, from 1.</param>
    void WaitFor(JournalUnavailableException away, int attempt);

    /// <summary>A call that had to wait has worked.</summary>
    void OnBack();

    /// <summary>The journal has answered an append.</summary>
    void OnAppended(AppendResult result, IReadOnlyList<StreamAppend> appends, TimeSpan took);
}
