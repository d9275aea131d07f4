using System.Reflection;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>How a collection is taken apart and put together again.</summary>
/// <param name="Comparer">Null for the default one, and where there is none.</param>
/// <param name="Items">In the order in which <paramref name="Fill"/> has to get them.</param>
/// <param name="Hashes">Whether it asks its items for hash or order: it is filled when all else is complete.</param>
internal sealed record CollectionParts<TCollection, TItem>(
    Func<TCollection, object?> Comparer,
    Func<object?, TCollection> Create,
    Func<TCollection, TItem[]> Items,
    Action<TCollection, TItem[]> Fill,
    bool Hashes
);

/// <summary>
/// A collection by its content: what the runtime keeps behind it may change with its version. It is filled in the order
/// in which it was enumerated, so it is enumerated in the same order again (after removals a dictionary puts later
/// entries elsewhere, which nothing in a lane looks at).
/// </summary>
internal sealed class CollectionKind<TCollection, TItem>(CollectionParts<TCollection, TItem> parts) : ObjectKind
    where TCollection : class
{
    public override void Write(GraphWriter writer, object value)
    {
        var collection = (TCollection)value;
        writer.Object(parts.Comparer(collection));
        var items = parts.Items(collection);
        writer.Number((ulong)items.Length);
        Codec<TItem>.Instance.WriteAll(writer, items);
    }

    public override object Read(GraphReader reader)
    {
        var number = reader.Reserve();
        var collection = parts.Create(reader.Object());
        reader.Set(number, collection);
        var items = new TItem[reader.Length()];
        Codec<TItem>.Instance.ReadAll(reader, items);
        if (parts.Hashes)
            reader.WhenComplete(() => parts.Fill(collection, items));
        else
            parts.Fill(collection, items);
        return collection;
    }
}

/// <summary>The collections of the runtime that state may hold.</summary>
internal static class CollectionKinds
{
    /// <summary>By the open type, the method that makes its kind.</summary>
    public static IReadOnlyDictionary<Type, string> All { get; } =
        new Dictionary<Type, string>
        {
            [typeof(List<>)] = nameof(List),
            [typeof(Queue<>)] = nameof(Queue),
            [typeof(Stack<>)] = nameof(Stack),
            [typeof(HashSet<>)] = nameof(HashSet),
            [typeof(SortedSet<>)] = nameof(SortedSet),
            [typeof(Dictionary<,>)] = nameof(Dictionary),
            [typeof(SortedDictionary<,>)] = nameof(SortedDictionary),
            [typeof(PriorityQueue<,>)] = nameof(PriorityQueue),
        };

    public static ObjectKind Create(Type type)
    {
        var factory = typeof(CollectionKinds).GetMethod(
            All[type.GetGenericTypeDefinition()],
            BindingFlags.Static | BindingFlags.NonPublic
        )!;
        return (ObjectKind)factory.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, null)!;
    }

    private static CollectionKind<List<T>, T> List<T>() =>
        Kind<List<T>, T>(_ => null, _ => [], list => [.. list], (list, items) => list.AddRange(items), hashes: false);

    private static CollectionKind<Queue<T>, T> Queue<T>() =>
        Kind<Queue<T>, T>(
            _ => null,
            _ => new Queue<T>(),
            queue => queue.ToArray(),
            (queue, items) => Array.ForEach(items, queue.Enqueue),
            hashes: false
        );

    private static CollectionKind<Stack<T>, T> Stack<T>() =>
        Kind<Stack<T>, T>(
            _ => null,
            _ => new Stack<T>(),
            stack => [.. stack.Reverse()],
            (stack, items) => Array.ForEach(items, stack.Push),
            hashes: false
        );

    private static CollectionKind<HashSet<T>, T> HashSet<T>() =>
        Kind<HashSet<T>, T>(
            set => Unless(set.Comparer, EqualityComparer<T>.Default),
            comparer => new HashSet<T>(As<IEqualityComparer<T>>(comparer)),
            set => [.. set],
            (set, items) => set.UnionWith(items),
            hashes: true
        );

    private static CollectionKind<SortedSet<T>, T> SortedSet<T>() =>
        Kind<SortedSet<T>, T>(
            set => Unless(set.Comparer, Comparer<T>.Default),
            comparer => new SortedSet<T>(As<IComparer<T>>(comparer)),
            set => [.. set],
            (set, items) => set.UnionWith(items),
            hashes: true
        );

    private static CollectionKind<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> Dictionary<TKey, TValue>()
        where TKey : notnull =>
        Kind<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            map => Unless(map.Comparer, EqualityComparer<TKey>.Default),
            comparer => new Dictionary<TKey, TValue>(As<IEqualityComparer<TKey>>(comparer)),
            map => [.. map],
            (map, items) =>
            {
                map.EnsureCapacity(items.Length);
                foreach (var (key, value) in items)
                    map.Add(key, value);
            },
            hashes: true
        );

    private static CollectionKind<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>> SortedDictionary<
        TKey,
        TValue
    >()
        where TKey : notnull =>
        Kind<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            map => Unless(map.Comparer, Comparer<TKey>.Default),
            comparer => new SortedDictionary<TKey, TValue>(As<IComparer<TKey>>(comparer)),
            map => [.. map],
            (map, items) =>
            {
                foreach (var (key, value) in items)
                    map.Add(key, value);
            },
            hashes: true
        );

    /// <summary>In the order of its heap, which is a heap again: equal priorities leave it as they would have.</summary>
    private static CollectionKind<PriorityQueue<TElement, TPriority>, (TElement, TPriority)> PriorityQueue<
        TElement,
        TPriority
    >() =>
        Kind<PriorityQueue<TElement, TPriority>, (TElement, TPriority)>(
            queue => Unless(queue.Comparer, Comparer<TPriority>.Default),
            comparer => new PriorityQueue<TElement, TPriority>(As<IComparer<TPriority>>(comparer)),
            queue => [.. queue.UnorderedItems],
            (queue, items) => queue.EnqueueRange(items),
            hashes: true
        );

    private static CollectionKind<TCollection, TItem> Kind<TCollection, TItem>(
        Func<TCollection, object?> comparer,
        Func<object?, TCollection> create,
        Func<TCollection, TItem[]> items,
        Action<TCollection, TItem[]> fill,
        bool hashes
    )
        where TCollection : class =>
        new(new CollectionParts<TCollection, TItem>(comparer, create, items, fill, hashes));

    private static object? Unless(object comparer, object standard) => comparer.Equals(standard) ? null : comparer;

    private static T? As<T>(object? comparer)
        where T : class =>
        comparer is null or T
            ? (T?)comparer
            : throw new UnusableStateException($"{StateType.Name(comparer.GetType())} doesn't compare what it should");
}
