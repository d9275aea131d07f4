namespace CanaryStreams.Core.Anomaly;

/// <summary>What the kernels need for one point, cut out of one rented array.</summary>
internal readonly ref struct SpectrumScratch
{
    private const int Margin = 8;

    private readonly Span<double> _roots;

    public SpectrumScratch(SpectrumPlan plan, Span<double> rented)
    {
        var entries = plan.Entries;
        Re = rented[..entries];
        Im = rented.Slice(entries, entries);
        RowsRe = rented.Slice(2 * entries, entries);
        RowsIm = rented.Slice(3 * entries, entries);
        _roots = rented.Slice(4 * entries, entries + (2 * Margin));
        Samples = rented.Slice((5 * entries) + (2 * Margin), plan.Length);
        // It has a weight of 0, but 0 times what isn't a number isn't 0.
        _roots[^Margin] = 0;
    }

    /// <summary>The spectrum.</summary>
    public Span<double> Re { get; }
    public Span<double> Im { get; }

    /// <summary>As large, for what goes between samples and spectrum.</summary>
    public Span<double> RowsRe { get; }
    public Span<double> RowsIm { get; }

    /// <summary>The bins' powers, then their roots.</summary>
    public Span<double> Roots => _roots[Margin..^Margin];

    /// <summary>The roots, shifted so that what stands beside an entry of <see cref="Roots"/> has the entry's index.</summary>
    public Span<double> RootsBefore => _roots[(Margin - 1)..^(Margin + 1)];

    /// <inheritdoc cref="RootsBefore"/>
    public Span<double> RootsAfter => _roots[(Margin + 1)..^(Margin - 1)];

    /// <summary>N samples.</summary>
    public Span<double> Samples { get; }

    public static int Size(SpectrumPlan plan) => (5 * plan.Entries) + (2 * Margin) + plan.Length;
}
