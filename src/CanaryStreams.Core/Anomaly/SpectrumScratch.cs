namespace CanaryStreams.Core.Anomaly;

/// <summary>What the kernels need for one point, cut out of one rented array.</summary>
internal readonly ref struct SpectrumScratch
{
    public SpectrumScratch(SpectrumPlan plan, Span<double> rented)
    {
        var entries = plan.Entries + SpectrumPlan.LanesMax;
        Re = rented[..entries];
        Im = rented.Slice(entries, entries);
        Roots = rented.Slice(2 * entries, RootsLength(plan));
        rented = rented[((2 * entries) + RootsLength(plan))..];
        Rows = rented[..(2 * SpectrumPlan.Rows * plan.Stride)];
        Samples = rented.Slice(Rows.Length, plan.Length);
        // Padding is multiplied by 0, but 0 times what isn't a number isn't 0.
        Re[plan.Entries..].Clear();
        Im[plan.Entries..].Clear();
    }

    /// <summary>Real parts of the spectrum and one vector of padding.</summary>
    public Span<double> Re { get; }

    /// <summary>Imaginary parts of the spectrum and one vector of padding.</summary>
    public Span<double> Im { get; }

    /// <summary>Powers of the bins, then their roots.</summary>
    public Span<double> Roots { get; }

    /// <summary>Two times eight padded rows.</summary>
    public Span<double> Rows { get; }

    /// <summary>N samples.</summary>
    public Span<double> Samples { get; }

    public static int Size(SpectrumPlan plan) =>
        (2 * (plan.Entries + SpectrumPlan.LanesMax))
        + RootsLength(plan)
        + (2 * SpectrumPlan.Rows * plan.Stride)
        + plan.Length;

    private static int RootsLength(SpectrumPlan plan) => (plan.Entries + 15) / 16 * 16;
}
