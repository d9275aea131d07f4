using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Plot;

/// <summary>Keeps the points of the one series that is drawn as scored blocks go by.</summary>
internal sealed class PlotCollector(PlotRequest request)
{
    // Differences of values must stay finite.
    private const double MagnitudeMax = 1e150;

    private readonly PlotSearch _search = new(request);
    private readonly List<PlotPoint> _points = [];
    private int _seriesSeen;
    private int _series = -1;

    public void Add(ScoreBlock block)
    {
        var rows = block.Rows;
        for (var i = 0; i < rows.Length; i++)
        {
            // Series are numbered as they appear: a number not seen before is a new one.
            if (rows[i].Series >= _seriesSeen)
                Begin(block, i);
            if (rows[i].Series == _series && _search.SawPoint(rows[i].TimeMs))
                _points.Add(Point(rows[i], block.Points[i]));
        }
    }

    /// <param name="inputs">Where the points came from, for the message where there are none.</param>
    /// <exception cref="InputException">There is nothing to draw.</exception>
    public PlotData ToData(IReadOnlyList<string> inputs)
    {
        if (!_search.IsFound)
            throw _search.Absent(inputs);
        if (!TimeText.CanShow(_points[0].TimeMs) || !TimeText.CanShow(_points[^1].TimeMs))
            throw new InputException(
                string.Join(", ", inputs),
                0,
                $"the timestamps of series '{request.SeriesId}' lie outside the years 1 to 9999; that can't be drawn"
            );
        return new PlotData(
            request.SeriesId,
            _points,
            // No further than the series reaches: an axis of nothing would squeeze what there is.
            Math.Max(request.FromMs, _search.FirstMs),
            Math.Min(request.ToMs, _search.LastMs),
            request.Threshold,
            ScorerSettings.Full.OnsetLookBack
        );
    }

    private void Begin(ScoreBlock block, int row)
    {
        _seriesSeen = block.Rows[row].Series + 1;
        Span<Range> id = stackalloc Range[1];
        var text = block.Text(row);
        CsvFields.Split(text, id);
        if (_search.SawSeries(text[id[0]]))
            _series = block.Rows[row].Series;
    }

    private PlotPoint Point(in ScoreRow row, in ScoredPoint scored) =>
        new(
            row.TimeMs,
            Math.Clamp(row.Value, -MagnitudeMax, MagnitudeMax),
            scored.Expected,
            scored.Lower,
            scored.Upper,
            (float)scored.Score,
            scored.IsAnomaly,
            scored.Onset >= request.Threshold
        );
}
