using System.Text;
using System.Xml;

namespace CanaryStreams.Cli.Plot;

/// <summary>Builds the text of an SVG. Coordinates are rounded to a tenth of a pixel.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    public void Raw(string markup) => _text.Append(markup).Append('\n');

    public void Line(string style, double x1, double y1, double x2, double y2) =>
        Raw($"""<line class="{style}" x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"/>""");

    public void Rectangle(string style, double left, double top, double right, double bottom) =>
        Raw(
            $"""<rect class="{style}" x="{left:0.#}" y="{top:0.#}" width="{right - left:0.#}" height="{bottom - top:0.#}"/>"""
        );

    public void Path(string style, string data, string? id = null)
    {
        if (data.Length > 0)
            Raw($"""<path{(id is null ? "" : $" id=\"{id}\"")} class="{style}" d="{data}"/>""");
    }

    /// <param name="style">Classes; start, middle and end say where the text is anchored.</param>
    public void Label(string style, double x, double y, string text) =>
        Raw($"""<text class="{style}" x="{x:0.#}" y="{y:0.#}">{Escape(text)}</text>""");

    /// <summary>Text for XML; what no XML may hold is replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                _ when rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune.ToString()),
            };
        }
        return escaped.ToString();
    }

    public override string ToString() => _text.ToString();
}
