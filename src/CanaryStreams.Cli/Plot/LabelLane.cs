namespace CanaryStreams.Cli.Plot;

/// <summary>A line of labels that keep clear of each other: who comes first gets the place.</summary>
internal sealed class LabelLane(double left, double right)
{
    private const double Clearance = 5;

    private readonly List<(double Left, double Right)> _taken = [];

    /// <summary>Keeps a stretch free of labels.</summary>
    public void Reserve(double from, double to) => _taken.Add((from, to));

    /// <summary>Takes a place if it lies within the lane and nothing is near.</summary>
    public bool TryPlace(double from, double width)
    {
        var to = from + width;
        if (from < left || to > right)
            return false;
        if (_taken.Exists(other => from < other.Right + Clearance && to > other.Left - Clearance))
            return false;
        _taken.Add((from, to));
        return true;
    }
}
