namespace CanaryStreams.Cli.Score;

/// <summary>
/// Tells on standard error how far a run over files has come: one line that counts up on a terminal, a line each tenth of
/// the way elsewhere.
/// </summary>
internal sealed class PercentProgress(TextWriter error, bool isTerminal, string verb, long totalBytes)
{
    private long _doneBytes;
    private int _shown = -1;

    /// <param name="bytesOfCurrent">Bytes read of the present input.</param>
    public void Report(long bytesOfCurrent)
    {
        if (totalBytes <= 0)
            return;
        var percent = (int)Math.Min(100, 100 * (_doneBytes + bytesOfCurrent) / totalBytes);
        if (!isTerminal)
            percent -= percent % 10;
        if (percent <= _shown)
            return;
        _shown = percent;
        if (isTerminal)
            error.Write($"\r{verb} {percent} %");
        else
            error.WriteLine($"{verb} {percent} %");
    }

    public void InputDone(long bytes) => _doneBytes += bytes;

    public void Done()
    {
        if (isTerminal && _shown >= 0)
            error.WriteLine();
    }
}
