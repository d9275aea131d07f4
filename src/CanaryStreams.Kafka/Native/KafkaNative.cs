using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>
/// Makes Confluent.Kafka run on the librdkafka at hand: the one bundled with it where the build has it, else the
/// system's (2.0.2 or later, as distributions ship it). Two things stand in the way of the latter. Confluent's loader looks
/// for unversioned file names that only development packages install; a resolver answers with the library found here. And
/// below 2.1 three exports for leader epochs are missing, which the consumer calls at its first assignment; where an export
/// is missing, Confluent's delegate for it gets a function that answers "no epoch", which is what a client without that
/// feature says on the wire too. With 2.1 or later nothing is replaced.
/// </summary>
public static class KafkaNative
{
    internal const string LibraryName = "librdkafka";

    private const BindingFlags StaticMember = BindingFlags.Static | BindingFlags.NonPublic;

    private static readonly string[] Candidates =
    [
        "librdkafka.so.1",
        "librdkafka.1.dylib",
        "/opt/homebrew/lib/librdkafka.1.dylib",
        "/usr/local/lib/librdkafka.1.dylib",
    ];

    private static readonly Lock Gate = new();
    private static readonly List<string> Replaced = [];
    private static nint _library;

    /// <summary>Exports that librdkafka lacks and that are answered here; empty with librdkafka 2.1 or later.</summary>
    public static IReadOnlyList<string> ReplacedExports => Replaced;

    /// <summary>Version of the loaded library, such as <c>2.0.2</c>.</summary>
    public static string Version
    {
        get
        {
            Initialize();
            return Library.VersionString;
        }
    }

    /// <summary>Loads librdkafka; call before the first use of Confluent.Kafka. Any number of calls, on any thread.</summary>
    /// <exception cref="DllNotFoundException">There is no librdkafka; the message says how to install it.</exception>
    public static void Initialize()
    {
        lock (Gate)
        {
            if (_library != 0)
                return;
            var confluent = typeof(Library).Assembly;
            var library = Load(confluent);
            nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
                name == LibraryName ? library : 0;
            NativeLibrary.SetDllImportResolver(confluent, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(KafkaNative).Assembly, Resolve);
            // Reading the version binds Confluent's delegates, which are replaced after that only.
            _ = Library.Version;
            Replace(library, "_message_leader_epoch", nameof(NoEpoch));
            Replace(library, "_topic_partition_get_leader_epoch", nameof(NoEpoch));
            Replace(library, "_topic_partition_set_leader_epoch", nameof(IgnoreEpoch));
            _library = library;
        }
    }

    /// <summary>Whether the loaded library has an export.</summary>
    internal static bool Has(string export)
    {
        Initialize();
        return NativeLibrary.TryGetExport(_library, export, out _);
    }

    private static nint Load(Assembly confluent)
    {
        if (NativeLibrary.TryLoad(LibraryName, confluent, null, out var library))
            return library;
        foreach (var candidate in Candidates)
            if (NativeLibrary.TryLoad(candidate, out library))
                return library;
        throw new DllNotFoundException(
            "The Kafka client library librdkafka is not installed. Debian, Ubuntu: apt-get install librdkafka1. "
                + "macOS: brew install librdkafka. Elsewhere build with -p:UseSystemLibrdkafka=false to bundle the "
                + "NuGet package librdkafka.redist."
        );
    }

    private static void Replace(nint library, string field, string method)
    {
        var export = "rd_kafka" + field;
        if (NativeLibrary.TryGetExport(library, export, out _))
            return;
        var target =
            typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka")?.GetField(field, StaticMember)
            ?? throw new NotSupportedException(
                $"librdkafka {Library.VersionString} lacks {export} and this Confluent.Kafka can't do without it: "
                    + "install librdkafka 2.1 or later."
            );
        var answer = typeof(KafkaNative).GetMethod(method, StaticMember)!;
        target.SetValue(null, Delegate.CreateDelegate(target.FieldType, answer));
        Replaced.Add(export);
    }

    private static int NoEpoch(nint _) => -1;

    private static void IgnoreEpoch(nint _, int __) { }
}
