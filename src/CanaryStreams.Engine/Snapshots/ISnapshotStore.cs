namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Keeps one value per key, whole: whenever the process is killed or the machine fails, what is read afterwards is the value
/// before or the value after. One caller per key at a time. Infrastructure that fails throws its own exception.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>Null where there is none.</summary>
    byte[]? Read(string key);

    /// <summary>When it returns a kill of the process doesn't undo it; a failure of the machine may.</summary>
    void Write(string key, ReadOnlySpan<byte> bytes);

    /// <summary>Nothing where there is none.</summary>
    void Delete(string key);
}
