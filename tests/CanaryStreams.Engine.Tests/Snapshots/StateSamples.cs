using System.Collections.Immutable;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>Classes with fields of every kind.</summary>
public partial class StateSerializerTests
{
    private class Part(int seed)
    {
        private readonly int _hidden = 10 * seed;

        public int Hidden => _hidden;
    }

    private sealed class Whole(int seed, string told) : Part(seed)
    {
        private readonly int _hidden = seed;

        public int Own => _hidden;
        public string Told => told;
        public bool Flag { get; set; }
        public char Letter { get; set; }
        public short Small { get; set; }
        public ulong Big { get; set; }
        public double Ratio { get; set; }
        public decimal Price { get; set; }
        public DayOfWeek Unit { get; set; }
        public DateTimeOffset Time { get; set; }
        public TimeSpan Span { get; set; }
        public DateTime Day { get; set; }
        public int? Maybe { get; set; }
        public int? Never { get; set; }
        public DateTimeOffset? MaybeTime { get; set; }
        public (string, double) Pair { get; set; }
        public Holed Holed { get; set; }
        public string? Wide { get; set; }
        public string? Nothing { get; set; }
        public IReadOnlyList<int> Kept { get; set; } = [];
    }

    private readonly record struct Holed(bool First, double Second, object? Third);

    private sealed class Node(string name)
    {
        public string Name { get; set; } = name;
        public Node? Left { get; set; }
        public Node? Right { get; set; }
        public List<Node> Others { get; } = [];
    }

    private interface IShape;

    private sealed record Circle(double Radius) : IShape;

    private sealed record Square(double Side) : IShape;

    private sealed record Arrays(
        double[] Numbers,
        double[] Same,
        (int, string?)[] Mixed,
        int[][] Jagged,
        string[] Empty,
        string[] Texts
    );

    private sealed record Collections(
        Stack<int> Stack,
        Queue<string> Queue,
        Dictionary<string, int> Map,
        HashSet<int> Set,
        SortedDictionary<string, int> Sorted,
        SortedSet<int> SortedSet,
        ImmutableArray<int> Immutable,
        List<int> List
    )
    {
        public Reversed? Names { get; init; }
    }

    private sealed class Reversed
    {
        public static readonly Comparer<string> Order = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));
    }

    private sealed class Member
    {
        public HashSet<Member> Set { get; init; } = [];
        public string Name { get; init; } = "";

        public override int GetHashCode() => Name.Length;

        public override bool Equals(object? obj) => obj is Member other && other.Name == Name;
    }

    private sealed record Marker(string Name)
    {
        public static Marker One { get; } = new("one");
    }

    private sealed class World
    {
        public Node? Settings { get; init; }
        public object? Outside { get; init; }
    }

    private sealed class Holder
    {
        public Unwritable Inner { get; } = new();
    }

    private sealed class Unwritable
    {
        public Action? Action { get; set; }
    }

    private sealed class KeptA
    {
        public int Value { get; set; } = 1;
    }

    private sealed class KeptB
    {
        public long Value { get; set; } = 1;
    }

    private sealed class KeptC
    {
        public int Amount { get; set; } = 1;
    }
}
