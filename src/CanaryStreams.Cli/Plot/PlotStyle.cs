namespace CanaryStreams.Cli.Plot;

/// <summary>The look of a plot, for a light and a dark background. Plain classes: not every viewer knows CSS variables.</summary>
internal static class PlotStyle
{
    public const string Css = """
        text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;fill:#57606a}
        .middle{text-anchor:middle}.end{text-anchor:end}
        text.title{font-size:16px;font-weight:600;fill:#1f2328}text.sub{font-size:12px}
        text.date{font-weight:600}
        .background{fill:#fff}
        .grid{stroke:#d8dee4;stroke-width:1;stroke-opacity:.7}.axis{stroke:#8c959f;stroke-width:1}
        path.band{fill:#0969da;fill-opacity:.15}
        path.expected{fill:none;stroke:#57606a;stroke-width:1.2;stroke-dasharray:5 3}
        .curve{fill:none;stroke-linejoin:round;stroke-linecap:round}
        .dots{stroke-width:4}
        .value{stroke:#0969da;stroke-width:1.3}.hot{stroke:#cf222e;stroke-width:1.8}
        .value.dense{stroke-opacity:.55}path.expected.dense{stroke:#0a3069;stroke-width:1;stroke-dasharray:none}
        .anomaly{fill:#cf222e;fill-opacity:.13}
        .onset{stroke:#cf222e;stroke-width:1;stroke-opacity:.35}
        .marker{fill:#cf222e}.stem{stroke:#cf222e;stroke-width:1.4}
        text.when{fill:#b01c27;font-weight:600}
        .clipped{fill:#1f2328}text.clipped{fill:#1f2328;font-weight:600;stroke:#fff;stroke-width:3;paint-order:stroke}
        .score{stroke:#8250df;stroke-width:1.1}.scores{fill:#8250df;fill-opacity:.18}
        .threshold{stroke:#9a6700;stroke-width:1.2;stroke-dasharray:6 3}text.limit{fill:#8a5c00;font-weight:600}
        @media (prefers-color-scheme:dark){
        text{fill:#9da7b3}text.title{fill:#f0f6fc}
        .background{fill:#0d1117}
        .grid{stroke:#30363d}.axis{stroke:#6e7681}
        path.band{fill:#4493f8;fill-opacity:.22}
        path.expected{stroke:#b1bac4}
        .value{stroke:#58a6ff}.hot{stroke:#ff7b72}
        path.expected.dense{stroke:#e6f0ff}
        .anomaly{fill:#f85149;fill-opacity:.22}
        .onset{stroke:#ff7b72;stroke-opacity:.5}
        .marker{fill:#ff7b72}.stem{stroke:#ff7b72}
        text.when{fill:#ff938a}
        .clipped{fill:#f0f6fc}text.clipped{fill:#f0f6fc;stroke:#0d1117}
        .score{stroke:#bc8cff}.scores{fill:#bc8cff;fill-opacity:.22}
        .threshold{stroke:#d29922}text.limit{fill:#e3b341}
        }
        """;
}
