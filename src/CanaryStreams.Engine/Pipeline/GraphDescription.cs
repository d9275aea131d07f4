using System.Text;
using CanaryStreams.Core.Lanes;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>The host that runs nothing and remembers the shape: what <c>canarystreams graph</c> prints.</summary>
public sealed class GraphDescription : IStreamHost
{
    private readonly List<Node> _nodes = [];
    private readonly List<(string From, string To, Edge? Edge)> _edges = [];
    private readonly Dictionary<string, (string From, Edge Edge)> _queues = [];

    public Flow<T> Source<T>(string name, string reads)
    {
        _nodes.Add(new Node(name, "source", reads));
        return new Flow<T>(name);
    }

    public Flow<T> Queue<T>(Flow<T> from, Edge edge, Func<T, int> weigh)
    {
        _queues.Add(edge.Name, (from.Node, edge));
        return new Flow<T>(edge.Name);
    }

    public Flow<TOut> Stage<TIn, TOut>(Flow<TIn> from, string name, Func<IStage<TIn, TOut>> create)
    {
        Join(from.Node, new Node(name, "stage", ""));
        return new Flow<TOut>(name);
    }

    public void Sink<T>(Flow<T> from, string name, string writes, Func<T, CancellationToken, ValueTask> write) =>
        Join(from.Node, new Node(name, "sink", writes));

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var node in _nodes)
        {
            foreach (var (from, _, edge) in _edges.Where(e => e.To == node.Name))
                text.Append("      ")
                    .AppendLine(edge is null ? $"│ fused, after {from}" : $"▼ {Describe(edge)}, after {from}");
            var about = node.About.Length == 0 ? "" : $"  {(node.Kind == "source" ? "◀" : "▶")} {node.About}";
            text.AppendLine($"{node.Kind, -6} {node.Name}{about}");
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    public string ToMermaid()
    {
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in _nodes)
            text.Append("  ").Append(Id(node.Name)).Append(Shape(node)).Append('\n');
        foreach (var (from, to, edge) in _edges)
        {
            var arrow = edge is null ? "-->" : $"== \"{Describe(edge)}\" ==>";
            text.Append("  ").Append(Id(from)).Append($" {arrow} ").Append(Id(to)).Append('\n');
        }
        return text.ToString();
    }

    private void Join(string from, Node node)
    {
        if (_nodes.All(n => n.Name != node.Name))
            _nodes.Add(node);
        if (_queues.TryGetValue(from, out var queue))
            _edges.Add((queue.From, node.Name, queue.Edge));
        else
            _edges.Add((from, node.Name, null));
    }

    private static string Describe(Edge edge) =>
        $"{edge.Name}: {edge.Capacity} {edge.Unit}, when full: {edge.WhenFull}";

    private static string Id(string name) => name.Replace(' ', '_');

    private static string Shape(Node node) =>
        node.Kind switch
        {
            "source" => $"([\"{node.Name}<br/>{node.About}\"])",
            "sink" => $"[[\"{node.Name}<br/>{node.About}\"]]",
            _ => $"[\"{node.Name}\"]",
        };

    private sealed record Node(string Name, string Kind, string About);
}
