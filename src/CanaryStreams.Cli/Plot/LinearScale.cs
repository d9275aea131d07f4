namespace CanaryStreams.Cli.Plot;

/// <summary>Takes an interval of the data to one of the drawing.</summary>
internal readonly record struct LinearScale(double DataFrom, double DataTo, double DrawnFrom, double DrawnTo)
{
    public double this[double data] => DrawnFrom + ((data - DataFrom) / (DataTo - DataFrom) * (DrawnTo - DrawnFrom));
}
