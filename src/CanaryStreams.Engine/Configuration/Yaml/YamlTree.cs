using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CanaryStreams.Engine.Configuration.Yaml;

/// <summary>
/// Builds <see cref="YamlNode"/>s from the parser's events. YamlDotNet's own models stop at the first duplicate key;
/// here all mistakes of a file are to be reported at once.
/// </summary>
internal static class YamlTree
{
    private const int DepthMax = 32;

    /// <summary>Null for an empty text.</summary>
    /// <exception cref="YamlException">The text is no single YAML document, or nested too deeply.</exception>
    public static YamlNode? Read(string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            return Document(parser);
        }
        catch (InvalidOperationException exception)
        {
            // The scanner throws this, and no syntax error, where a line within { } begins without indentation.
            var mark = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(
                mark,
                mark,
                "the lines behind this can't be read; within { } and [ ] they must be indented",
                exception
            );
        }
    }

    private static YamlNode? Document(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
            return null;
        var root = Node(parser, [], depth: 0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            throw new YamlException(second.Start, second.End, "a second document begins here; one is allowed");
        return root;
    }

    private static YamlNode Node(IParser parser, Dictionary<string, YamlNode> anchors, int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var target)
                ? target
                : throw new YamlException(alias.Start, alias.End, $"*{alias.Value} names no anchor above it");
        }
        var start = (NodeEvent)parser.Current!;
        if (depth > DepthMax)
            throw new YamlException(start.Start, start.End, $"nested deeper than {DepthMax} levels");
        YamlNode node = start switch
        {
            Scalar => OfScalar(parser.Consume<Scalar>()),
            SequenceStart => List(parser, anchors, depth),
            _ => Map(parser, anchors, depth),
        };
        if (!start.Anchor.IsEmpty)
            anchors[start.Anchor.Value] = node;
        return node;
    }

    private static YamlScalar OfScalar(Scalar scalar) =>
        new(Line(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);

    private static YamlList List(IParser parser, Dictionary<string, YamlNode> anchors, int depth)
    {
        var start = parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node(parser, anchors, depth + 1));
        return new(Line(start), items);
    }

    private static YamlMap Map(IParser parser, Dictionary<string, YamlNode> anchors, int depth)
    {
        var start = parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Current!;
            if (key is not Scalar)
                throw new YamlException(key.Start, key.End, "a key must be a plain word");
            var name = parser.Consume<Scalar>();
            entries.Add(new(Line(name), name.Value, Node(parser, anchors, depth + 1)));
        }
        return new(Line(start), entries);
    }

    private static int Line(ParsingEvent parsed) => (int)parsed.Start.Line;
}
