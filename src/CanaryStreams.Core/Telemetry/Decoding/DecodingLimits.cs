namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>What a record may cost before it is refused. The defaults relate to one another as the constructor checks.</summary>
public sealed record DecodingLimits
{
    /// <summary>2000-01-01T00:00:00Z in Unix milliseconds: an earlier time is a mistake (most often seconds taken for milliseconds).</summary>
    public const long OldestMs = 946_684_800_000;

    public static DecodingLimits Default { get; } = new();

    /// <summary>Bytes of a record's value; 1 MiB.</summary>
    public int RecordBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of one text field (UTF-8, unescaped).</summary>
    public int FieldBytesMax { get; init; } = 256;

    /// <summary>Nesting of JSON, ignored fields included.</summary>
    public int DepthMax { get; init; } = 32;

    /// <summary>Elements of one record that are rejected one by one; beyond, the record gets one reject for all of them.</summary>
    public int RejectsPerRecordMax { get; init; } = 100;

    /// <summary>How far an event's time may be ahead of the clock.</summary>
    public TimeSpan MaxSkew { get; init; } = StreamSettings.Default.MaxSkew;

    /// <summary>Bytes of a transaction's error text that are kept; the rest is cut off.</summary>
    public int ErrorBytesMax { get; init; } = 2048;

    /// <summary>Steps of one transaction.</summary>
    public int StepsMax { get; init; } = 200;
}
