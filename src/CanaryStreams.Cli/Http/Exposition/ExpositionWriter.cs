using System.Globalization;
using System.Text;

namespace CanaryStreams.Cli.Http.Exposition;

/// <summary>
/// The text exposition format of Prometheus, version 0.0.4: a family's HELP and TYPE, then its samples, a line each.
/// </summary>
internal sealed class ExpositionWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a family; once for each name.</summary>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    public void Family(string name, string help, string type)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <param name="labels">As <see cref="Labels"/> gives them; empty for none.</param>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public override string ToString() => _text.ToString();

    /// <summary>Labels in the order of their names, so that a set of them has one form.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var labels = new string[tags.Length];
        for (var index = 0; index < tags.Length; index++)
            labels[index] = Label(ExpositionNames.Label(tags[index].Key), $"{tags[index].Value}");
        Array.Sort(labels, StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    public static string Label(string name, string value) => $"{name}=\"{EscapeLabel(value)}\"";

    public static string Number(double value) =>
        value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString(CultureInfo.InvariantCulture),
        };

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
