namespace CanaryStreams.Cli.Train;

/// <summary>Tells on standard error how far each stage of a training has come, a line each tenth of the way.</summary>
internal sealed class StageProgress(TextWriter error)
{
    private readonly Lock _lock = new();
    private string _stage = "";
    private int _shown;

    /// <param name="share">In [0,1]; may be told by several threads.</param>
    public void Report(string stage, double share)
    {
        lock (_lock)
        {
            var tenths = (int)(10 * share);
            if (stage == _stage && tenths <= _shown)
                return;
            (_stage, _shown) = (stage, tenths);
            error.WriteLine($"{stage} {10 * tenths} %");
        }
    }
}
