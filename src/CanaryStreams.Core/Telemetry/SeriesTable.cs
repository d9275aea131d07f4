using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// Interns series: the same key always gets the same dense id (0, 1, 2, …), so that all state of a lane lives in
/// arrays. Ids are local to the lane that owns the table.
/// </summary>
public sealed class SeriesTable
{
    private readonly Dictionary<SeriesKey, int> _ids = [];
    private readonly List<SeriesKey> _keys = [];

    public int Count => _keys.Count;

    public SeriesKey this[int id] => _keys[id];

    public int Intern(SeriesKey key)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, key, out var known);
        if (!known)
        {
            id = _keys.Count;
            _keys.Add(key);
        }
        return id;
    }
}
