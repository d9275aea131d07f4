using System.Collections.Immutable;
using System.Text;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Tests.Snapshots;

public partial class StateSerializerTests
{
    private static readonly StateExternals s_none = StateExternals.Of([], []);

    [Fact]
    public void Restore_FieldsOfEveryKind_AreTheSame()
    {
        var whole = new Whole(7, "captured")
        {
            Flag = true,
            Letter = 'λ',
            Small = -3,
            Big = ulong.MaxValue,
            Ratio = BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234),
            Price = 12.340m,
            Unit = DayOfWeek.Friday,
            Time = new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.FromMinutes(-330)),
            Span = TimeSpan.FromTicks(-1),
            Day = new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc),
            Maybe = 3,
            Never = null,
            MaybeTime = DateTimeOffset.UnixEpoch,
            Pair = ("a", 1.5),
            Holed = new Holed(true, 2.5, "held"),
            Wide = "łódź \uD800 lone",
            Nothing = null,
            Kept = [1, 2, 3],
        };

        var restored = Again(whole);

        restored.ShouldNotBeSameAs(whole);
        restored.Told.ShouldBe(whole.Told);
        restored.Hidden.ShouldBe(70);
        BitConverter.DoubleToInt64Bits(restored.Ratio).ShouldBe(0x7FF8_0000_0000_1234);
        restored.Time.Offset.ShouldBe(whole.Time.Offset);
        restored.Day.Kind.ShouldBe(DateTimeKind.Utc);
        restored.Price.ToString().ShouldBe("12.340");
        restored.Wide.ShouldBe(whole.Wide);
        restored.ShouldBeEquivalentTo(whole);
    }

    [Fact]
    public void Restore_SharedObjectsAndCycles_StayShared()
    {
        var shared = new Node("shared");
        var root = new Node("root") { Left = shared, Right = shared };
        shared.Left = root;
        shared.Others.Add(root);

        var restored = Again(root);

        restored.Left.ShouldBeSameAs(restored.Right);
        restored.Left!.Left.ShouldBeSameAs(restored);
        restored.Left.Others.ShouldHaveSingleItem().ShouldBeSameAs(restored);
    }

    [Fact]
    public void Restore_BehindAnInterface_TheSameClasses()
    {
        var restored = Again(new List<IShape> { new Circle(2), new Square(3), new Circle(4) });

        restored.ShouldBe([new Circle(2), new Square(3), new Circle(4)]);
    }

    [Fact]
    public void Restore_Arrays_AreTheSameAndEmptyOnesAreNobodys()
    {
        double[] numbers = [.. Enumerable.Range(0, 1000).Select(i => i / 7.0)];
        var arrays = new Arrays(
            numbers,
            numbers,
            [(1, "a"), (2, null)],
            [
                [1],
                [],
                [2, 3],
            ],
            [],
            ["x", "y", "x"]
        );

        var restored = Again(arrays);

        restored.Numbers.ShouldBe(numbers);
        restored.Same.ShouldBeSameAs(restored.Numbers);
        restored.Mixed.ShouldBe(arrays.Mixed);
        restored.Jagged.Select(part => string.Join(' ', part)).ShouldBe(["1", "", "2 3"]);
        restored.Empty.ShouldBeSameAs(Array.Empty<string>());
        restored.Texts.ShouldBe(arrays.Texts);
    }

    [Fact]
    public void Restore_Collections_HoldTheSameInTheSameOrder()
    {
        var stack = new Stack<int>([1, 2, 3]);
        var queue = new Queue<string>(["a", "b"]);
        var map = new Dictionary<string, int>
        {
            ["z"] = 1,
            ["a"] = 2,
            ["m"] = 3,
        };
        var sorted = new SortedDictionary<string, int>(Reversed.Order) { ["a"] = 1, ["b"] = 2 };
        var restored = Again(
            new Collections(stack, queue, map, [3, 1, 2], sorted, [5, 4], ImmutableArray.Create(1, 2), new([9, 8]))
        );

        restored.Stack.ShouldBe([3, 2, 1]);
        restored.Stack.Pop().ShouldBe(3);
        restored.Queue.ShouldBe(["a", "b"]);
        restored.Map.ShouldBe(map);
        restored.Map.Comparer.ShouldBe(map.Comparer);
        restored.Set.ShouldBe([3, 1, 2]);
        restored.Sorted.Keys.ShouldBe(["b", "a"]);
        restored.Sorted.Comparer.ShouldBeSameAs(Reversed.Order);
        restored.SortedSet.ShouldBe([4, 5]);
        restored.Immutable.ShouldBe([1, 2]);
        restored.List.ShouldBe([9, 8]);
    }

    [Fact]
    public void Restore_APriorityQueueWithTies_GivesThemInTheSameOrder()
    {
        var random = new Random(1);
        var queue = new PriorityQueue<int, int>();
        for (var i = 0; i < 200; i++)
            queue.Enqueue(i, random.Next(5));
        for (var i = 0; i < 50; i++)
            queue.Dequeue();

        var restored = Again(queue);

        while (queue.TryDequeue(out var expected, out _))
            restored.Dequeue().ShouldBe(expected);
        restored.Count.ShouldBe(0);
    }

    /// <summary>The set asks its item for a hash, which the item has only when all of it was read.</summary>
    [Fact]
    public void Restore_ASetThatIsReachedFromItsItem_FindsTheItem()
    {
        var item = new Member { Set = [], Name = "a name" };
        item.Set.Add(item);

        var restored = Again(item);

        restored.Set.Contains(restored).ShouldBeTrue();
    }

    [Fact]
    public void Restore_WhatStaticFieldsHold_IsTheSameObject()
    {
        var restored = Again(new List<Marker> { Marker.One, new("other"), Marker.One });

        restored[0].ShouldBeSameAs(Marker.One);
        restored[1].ShouldNotBeSameAs(Marker.One);
        restored[2].ShouldBeSameAs(Marker.One);
    }

    [Fact]
    public void Restore_Externals_AreThoseOfTheRestoringProcess()
    {
        var (mine, yours) = (
            new Node("settings") { Left = new Node("x") },
            new Node("settings") { Left = new Node("x") }
        );
        var (world, otherWorld) = (new Func<int>(() => 1), new Func<int>(() => 2));
        var state = new World { Settings = mine.Left, Outside = world };
        var bytes = StateSerializer.Capture(state, StateExternals.Of([(world, "world")], [mine]), 1);

        var restored = StateSerializer.TryRestore<World>(
            bytes,
            StateExternals.Of([(otherWorld, "world")], [yours]),
            1,
            out _
        );

        restored!.Settings.ShouldBeSameAs(yours.Left);
        restored.Outside.ShouldBeSameAs(otherWorld);
        yours.Left!.Name = "y";
        ReasonOf(bytes, StateExternals.Of([(otherWorld, "world")], [yours])).ShouldContain("other settings");
        yours.Left.Name = "x";
        ReasonOf(bytes, StateExternals.Of([(otherWorld, "another")], [yours])).ShouldContain("other settings");
    }

    [Fact]
    public void Capture_WhatCantBeWritten_SaysWhereItIs()
    {
        Complaint(new Holder { Inner = { Action = () => { } } })
            .ShouldBe(
                "StateSerializerTests.Holder.<Inner>k__BackingField → StateSerializerTests.Unwritable.<Action>k__BackingField: "
                    + "a delegate can't be written; hold what it needs in fields instead"
            );
        Complaint(new List<object> { new object[] { new Lazy<int>(1) } })
            .ShouldBe(
                "List<Object>[…] → Object[][…]: Lazy<Int32> isn't this product's, and how to write it isn't known"
            );
        Complaint(new List<object> { 3 }).ShouldEndWith("a boxed Int32 isn't supported");
        Complaint(new int[2, 2]).ShouldEndWith("an array of several dimensions isn't supported");
        Complaint(Task.CompletedTask).ShouldContain("isn't this product's");
        Complaint(new List<Memory<byte>>()).ShouldContain("isn't a struct whose fields are its state");
    }

    [Fact]
    public void TryRestore_AClassThatIsGoneOrLooksOtherwise_IsRefused()
    {
        var bytes = StateSerializer.Capture(new List<KeptA> { new() }, s_none, 1);

        ReasonOf(WithOtherClass(bytes, "KeptA", "KeptB")).ShouldBe("its classes have other fields in this program");
        ReasonOf(WithOtherClass(bytes, "KeptA", "KeptC")).ShouldBe("its classes have other fields in this program");
        ReasonOf(WithOtherClass(bytes, "KeptA", "KeptX")).ShouldContain("which this program doesn't know");
        ReasonOf(WithOtherClass(bytes, "CanaryStreams.", "SomebodyElse."))
            .ShouldContain("which this program doesn't know");
        ReasonOf(bytes, stateVersion: 2).ShouldBe("it is of version 1.1, and this program's is 1.2");
        ReasonOf([]).ShouldContain("not a whole one");
        StateSerializer.TryRestore<Node>(bytes, s_none, 1, out var reason).ShouldBeNull();
        reason.ShouldBe("it is no StateSerializerTests.Node");
    }

    /// <summary>With a checksum that fits, so that nothing but the reader's own care is left.</summary>
    [Fact]
    public void TryRestore_AnyBodyUnderARightChecksum_GivesAStateOrAReason()
    {
        var root = new Node("root") { Left = new Node("left"), Others = { new Node("a"), new Node("łódź") } };
        var body = StateSerializer.Body(StateSerializer.Capture(root, s_none, 1), s_none, 1);
        var random = new Random(4);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = body[..(random.Next(3) == 0 ? random.Next(4, body.Length) : body.Length)];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var restored = StateSerializer.TryRestore<Node>(
                StateSerializer.Envelope(damaged, s_none, 1),
                s_none,
                1,
                out var reason
            );
            (restored is null).ShouldBe(reason is not null);
        }
    }

    private static T Again<T>(T state)
        where T : class
    {
        var bytes = StateSerializer.Capture(state, s_none, 1);
        var restored = StateSerializer.TryRestore<T>(bytes, s_none, 1, out var reason);
        reason.ShouldBeNull();
        StateSerializer.Capture(restored!, s_none, 1).ShouldBe(bytes);
        return restored!;
    }

    private static string Complaint(object state) =>
        Should.Throw<StateNotSupportedException>(() => StateSerializer.Capture(state, s_none, 1)).Message;

    private static string ReasonOf(byte[] bytes, StateExternals? externals = null, int stateVersion = 1)
    {
        StateSerializer.TryRestore<object>(bytes, externals ?? s_none, stateVersion, out var reason).ShouldBeNull();
        return reason.ShouldNotBeNull();
    }

    private static byte[] WithOtherClass(byte[] bytes, string before, string after)
    {
        var body = Encoding.Latin1.GetString(StateSerializer.Body(bytes, s_none, 1));
        body = body.Replace(before, after);
        return StateSerializer.Envelope(Encoding.Latin1.GetBytes(body), s_none, 1);
    }
}
