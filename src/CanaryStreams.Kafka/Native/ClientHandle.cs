using System.Runtime.InteropServices;

namespace CanaryStreams.Kafka;

/// <summary>librdkafka's configuration and client objects, where Confluent.Kafka doesn't reach.</summary>
internal static unsafe partial class ClientHandle
{
    private const string Library = KafkaNative.LibraryName;
    private const int ErrorBytes = 512;

    /// <summary>Tries one setting; null where librdkafka takes it, else what it says.</summary>
    public static string? Try(string key, string value)
    {
        KafkaNative.Initialize();
        var configuration = NewConfiguration();
        try
        {
            return Set(configuration, key, value);
        }
        finally
        {
            DestroyConfiguration(configuration);
        }
    }

    /// <summary>A bare producer handle, for the mock cluster to live on.</summary>
    public static nint New(params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var configuration = NewConfiguration();
        foreach (var (key, value) in settings)
            if (Set(configuration, key, value) is { } refusal)
                throw new InvalidOperationException(refusal);
        var error = stackalloc byte[ErrorBytes];
        const int producer = 0;
        var handle = New(producer, configuration, error, ErrorBytes);
        return handle != 0 ? handle : throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)error));
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint handle);

    private static string? Set(nint configuration, string key, string value)
    {
        var error = stackalloc byte[ErrorBytes];
        return Set(configuration, key, value, error, ErrorBytes) == 0 ? null : Marshal.PtrToStringUTF8((nint)error);
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint configuration, byte* error, nuint errorBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    private static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(nint configuration, string key, string value, byte* error, nuint errorBytes);
}
