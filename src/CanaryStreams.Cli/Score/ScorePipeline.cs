using System.Threading.Channels;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Score;

/// <summary>
/// Reads, scores and writes at once. Series are independent, so each belongs to one worker, and every worker sees all
/// blocks in order: scores don't depend on the number of workers. A fixed number of blocks goes round, which bounds
/// memory, keeps the order of rows and lets a worker run ahead of the others by a few long series.
/// </summary>
/// <param name="create">Makes the scorer of a series.</param>
internal sealed class ScorePipeline(Func<IPointScorer> create, int workers)
{
    /// <summary>About half a million rows, 70 MB.</summary>
    private const int BlocksInFlight = 64;

    private readonly Channel<ScoreBlock> _free = Channel.CreateUnbounded<ScoreBlock>();
    private readonly Channel<ScoreBlock> _filled = Channel.CreateUnbounded<ScoreBlock>();
    private int _blocks;

    /// <summary>Whether each row ends with the band and its quality.</summary>
    public bool WithBand { get; init; }

    /// <summary>Is given each block when it has been scored, in order.</summary>
    public Action<ScoreBlock>? Scored { get; init; }

    /// <summary>Scores all inputs, one after the other, as one.</summary>
    /// <param name="inputs">Each is read when its turn comes.</param>
    /// <param name="progress">Is told the inputs done, and the present one, after each block.</param>
    /// <exception cref="InputException">A row that can't be used; some rows may have been written.</exception>
    public async Task RunAsync(
        IEnumerable<CsvLines> inputs,
        Stream output,
        Action<CsvLines> progress,
        CancellationToken cancellation
    )
    {
        var queues = new Channel<ScoreBlock>[workers];
        var tasks = new Task[workers];
        for (var i = 0; i < workers; i++)
        {
            var (worker, queue) = (i, Channel.CreateUnbounded<ScoreBlock>());
            queues[i] = queue;
            tasks[i] = Task.Run(() => WorkAsync(worker, queue.Reader), CancellationToken.None);
        }
        var writing = Task.Run(() => WriteAsync(output), CancellationToken.None);
        try
        {
            await ReadAsync(inputs, queues, progress, writing, cancellation);
        }
        finally
        {
            foreach (var queue in queues)
                queue.Writer.Complete();
            _filled.Writer.Complete();
            // Also behind a bad row: nobody may write any more when the output is closed.
            await Task.WhenAll([.. tasks, writing]);
        }
    }

    private async Task ReadAsync(
        IEnumerable<CsvLines> inputs,
        Channel<ScoreBlock>[] queues,
        Action<CsvLines> progress,
        Task writing,
        CancellationToken cancellation
    )
    {
        var directory = new SeriesDirectory(workers);
        foreach (var lines in inputs)
        {
            using var _ = lines;
            var reader = new ScoreReader(lines, directory);
            for (var more = true; more; )
            {
                var block = await FreeAsync(writing, cancellation);
                more = reader.Fill(block);
                await _filled.Writer.WriteAsync(block, cancellation);
                foreach (var queue in queues)
                    await queue.Writer.WriteAsync(block, cancellation);
                progress(lines);
            }
        }
    }

    /// <summary>A block to fill; waits for one to be written when all are under way.</summary>
    private async ValueTask<ScoreBlock> FreeAsync(Task writing, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_free.Reader.TryRead(out var block))
        {
            if (_blocks < BlocksInFlight)
            {
                _blocks++;
                block = new ScoreBlock();
            }
            else
            {
                var reading = _free.Reader.ReadAsync(cancellation).AsTask();
                // A writer that has failed (disk full, closed pipe) gives no block back.
                if (await Task.WhenAny(reading, writing) == writing)
                    await writing;
                block = await reading;
            }
        }
        block.Reset(workers);
        return block;
    }

    private async Task WorkAsync(int worker, ChannelReader<ScoreBlock> blocks)
    {
        var scorers = new Dictionary<int, IPointScorer>();
        await foreach (var block in blocks.ReadAllAsync())
        {
            try
            {
                Score(block, worker, scorers);
            }
            catch (Exception e)
            {
                block.Finished.TrySetException(e);
                throw;
            }
            block.WorkerFinished();
        }
    }

    private void Score(ScoreBlock block, int worker, Dictionary<int, IPointScorer> scorers)
    {
        var rows = block.Rows;
        var points = block.Points;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Worker != worker)
                continue;
            if (!scorers.TryGetValue(rows[i].Series, out var scorer))
                scorers.Add(rows[i].Series, scorer = create());
            points[i] = scorer.Score(rows[i].TimeMs, rows[i].Value);
        }
    }

    private async Task WriteAsync(Stream output)
    {
        var writer = new ScoreWriter(output, WithBand);
        writer.WriteHeader();
        await foreach (var block in _filled.Reader.ReadAllAsync())
        {
            await block.Finished.Task;
            writer.Write(block);
            Scored?.Invoke(block);
            _free.Writer.TryWrite(block);
        }
        writer.Flush();
    }
}
