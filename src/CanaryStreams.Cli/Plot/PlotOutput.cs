using System.Text;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Plot;

/// <summary>The drawing that one run of <c>canarystreams score</c> makes beside its scores.</summary>
internal sealed class PlotOutput : IDisposable
{
    private readonly IReadOnlyList<string> _inputs;
    private readonly PlotCollector _collector;
    private readonly OutputFile _file;

    private PlotOutput(PlotRequest request, IReadOnlyList<string> inputs, OutputFile file)
    {
        (_inputs, _collector, _file) = (inputs, new PlotCollector(request), file);
    }

    /// <exception cref="InputException">
    /// The series isn't there; with standard input among the inputs, which can't be read twice, <see cref="Complete"/> tells.
    /// </exception>
    public static PlotOutput Open(PlotRequest request, IReadOnlyList<string> inputs, Stream standardOutput)
    {
        if (!inputs.Contains("-"))
            new PlotSearch(request).Require(inputs);
        return new PlotOutput(request, inputs, OutputFile.Open(request.Path, standardOutput));
    }

    public void Add(ScoreBlock block) => _collector.Add(block);

    /// <summary>Draws what was collected.</summary>
    public void Complete()
    {
        var svg = SeriesPlot.Draw(_collector.ToData(_inputs));
        _file.Stream.Write(Encoding.UTF8.GetBytes(svg));
        _file.Complete();
    }

    public void Dispose() => _file.Dispose();
}
