namespace CanaryStreams.Engine.Snapshots;

/// <summary>How objects of one class are written and made anew.</summary>
internal abstract class ObjectKind
{
    /// <summary>False for what can't be told from another of the same content, and isn't remembered.</summary>
    public virtual bool HasIdentity(object value) => true;

    public abstract void Write(GraphWriter writer, object value);

    /// <summary>Reserves the object's number before it reads anything else, as the writer did.</summary>
    public abstract object Read(GraphReader reader);
}
