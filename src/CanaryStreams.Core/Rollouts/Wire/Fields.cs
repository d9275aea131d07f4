using System.Globalization;
using System.Text.Json;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>
/// Reads the fields of a JSON object one by one and remembers mistakes as sentences that name field and value, so that a
/// producer can act on them. For records of which there are few; telemetry has its own fast reader.
/// </summary>
internal sealed partial class Fields
{
    private const int NameCharsMax = 200;
    private const int SentenceCharsMax = 2000;
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly Fields? _parent;
    private readonly List<string> _errors = [];

    private Fields(JsonElement element, string path, Fields? parent)
    {
        _object = element;
        _path = path;
        _parent = parent;
    }

    /// <summary>A required, non-empty text of at most 200 characters.</summary>
    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
            Fail($"field '{_path}{name}' is missing");
        else if (value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
            Fail($"field '{_path}{name}' must be a non-empty string, got {Kind(value)}");
        else if (value.GetString() is { } text && IsTooLong(name, text) is false)
            return text;
        return null;
    }

    /// <summary>A text of at most 200 characters, or none.</summary>
    public string? OptionalText(string name) =>
        OptionalString(name) is { } text && !IsTooLong(name, text) ? text : null;

    /// <summary>What somebody says to people, cut after 2 000 characters; or nothing.</summary>
    public string? OptionalSentence(string name)
    {
        if (OptionalString(name) is not { Length: > SentenceCharsMax } text)
            return OptionalString(name);
        var length = char.IsHighSurrogate(text[SentenceCharsMax - 1]) ? SentenceCharsMax - 1 : SentenceCharsMax;
        return text[..length] + "…";
    }

    /// <summary>A required time: RFC 3339 or epoch milliseconds; cut to milliseconds.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, out var value))
        {
            Fail($"field '{_path}{name}' is missing");
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var ms) && IsTime(ms))
            return DateTimeOffset.FromUnixTimeMilliseconds(ms);
        if (
            value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(
                value.GetString(),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            && IsTime(time.ToUnixTimeMilliseconds())
        )
            return DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        Fail($"field '{_path}{name}' must be an RFC 3339 time or epoch milliseconds, got {Kind(value)}");
        return null;
    }

    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return null;
        foreach (var known in Enum.GetValues<T>())
        {
            if (text == JsonNamingPolicy.CamelCase.ConvertName(known.ToString()))
                return known;
        }
        var words = Enum.GetNames<T>().Select(word => $"'{JsonNamingPolicy.CamelCase.ConvertName(word)}'");
        Fail($"field '{_path}{name}' must be {string.Join(" or ", words)}, got '{text}'");
        return null;
    }

    public double? OptionalNumber(string name, double least, double most)
    {
        if (!TryGet(name, out var value))
            return null;
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && number >= least
            && number <= most
        )
            return number;
        Fail($"field '{_path}{name}' must be a number from {least} to {most}, got {Kind(value)}");
        return null;
    }

    /// <summary>A required, finite number.</summary>
    public double? Number(string name)
    {
        if (!TryGet(name, out var value))
            Fail($"field '{_path}{name}' is missing");
        else if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && double.IsFinite(number)
        )
            return number;
        else
            Fail($"field '{_path}{name}' must be a number, got {Kind(value)}");
        return null;
    }

    /// <summary>A finite number above zero, or none.</summary>
    public double? OptionalSize(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var size)
            && size is > 0 and < double.PositiveInfinity
        )
            return size;
        Fail($"field '{_path}{name}' must be a number above zero, got {Kind(value)}");
        return null;
    }

    public int OptionalCount(string name) => (int)(OptionalNumber(name, 0, int.MaxValue) ?? 0);

    public bool? Flag(string name)
    {
        if (TryGet(name, out _))
            return OptionalFlag(name);
        Fail($"field '{_path}{name}' is missing");
        return null;
    }

    public bool OptionalFlag(string name)
    {
        if (!TryGet(name, out var value))
            return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail($"field '{_path}{name}' must be true or false, got {Kind(value)}");
        return false;
    }

    /// <summary>An object whose fields are all finite numbers, by their names; empty where there is none.</summary>
    public IReadOnlyDictionary<string, double> OptionalNumbers(string name)
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (!TryGet(name, out var value))
            return numbers;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail($"field '{_path}{name}' must be an object, got {Kind(value)}");
            return numbers;
        }
        foreach (var field in value.EnumerateObject())
        {
            if (
                field.Value.ValueKind == JsonValueKind.Number
                && field.Value.TryGetDouble(out var number)
                && double.IsFinite(number)
            )
                numbers[field.Name] = number;
            else
                Fail($"field '{_path}{name}.{field.Name}' must be a number, got {Kind(field.Value)}");
        }
        return numbers;
    }

    /// <summary>A required object.</summary>
    public Fields? Object(string name)
    {
        if (!TryGet(name, out _))
            Fail($"field '{_path}{name}' is missing");
        return OptionalObject(name);
    }

    public Fields? OptionalObject(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new Fields(value, $"{_path}{name}.", this);
        Fail($"field '{_path}{name}' must be an object, got {Kind(value)}");
        return null;
    }

    /// <summary>An object whose fields are all objects, by their names in the order of the record; empty where there is none.</summary>
    public IReadOnlyList<(string Name, Fields Fields)> OptionalObjects(string name)
    {
        if (!TryGet(name, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail($"field '{_path}{name}' must be an object, got {Kind(value)}");
            return [];
        }
        var objects = new List<(string, Fields)>();
        foreach (var field in value.EnumerateObject())
        {
            var path = $"{_path}{name}.{field.Name}";
            if (field.Value.ValueKind == JsonValueKind.Object)
                objects.Add((field.Name, new Fields(field.Value, $"{path}.", this)));
            else
                Fail($"field '{path}' must be an object, got {Kind(field.Value)}");
        }
        return objects;
    }

    public IReadOnlyList<Fields> Objects(string name)
    {
        if (!TryGet(name, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Fail($"field '{_path}{name}' must be an array with at least one object");
            return [];
        }
        var wrong = value.EnumerateArray().FirstOrDefault(item => item.ValueKind != JsonValueKind.Object);
        if (wrong.ValueKind != JsonValueKind.Undefined)
            Fail($"field '{_path}{name}' must hold objects, got {Kind(wrong)}");
        return [.. value.EnumerateArray().Select((item, i) => new Fields(item, $"{_path}{name}[{i}].", this))];
    }

    public IReadOnlyList<string> OptionalTexts(string name)
    {
        if (!TryGet(name, out var value))
            return [];
        var isTexts =
            value.ValueKind == JsonValueKind.Array
            && value
                .EnumerateArray()
                .All(item => item.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(item.GetString()));
        if (!isTexts)
        {
            Fail($"field '{_path}{name}' must be an array of non-empty strings, got {Kind(value)}");
            return [];
        }
        var texts = value.EnumerateArray().Select(item => item.GetString()!).ToList();
        return texts.Exists(text => IsTooLong(name, text)) ? [] : texts;
    }

    private string? OptionalString(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Fail($"field '{_path}{name}' must be a string, got {Kind(value)}");
        return null;
    }

    /// <summary>A field that is null counts as absent.</summary>
    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return _object.ValueKind == JsonValueKind.Object
            && _object.TryGetProperty(name, out value)
            && value.ValueKind != JsonValueKind.Null;
    }

    private bool IsTooLong(string name, string text)
    {
        if (text.Length <= NameCharsMax)
            return false;
        Fail($"field '{_path}{name}' is {text.Length} characters long; {NameCharsMax} are allowed");
        return true;
    }

    private static bool IsTime(long ms) =>
        ms >= Earliest.ToUnixTimeMilliseconds() && ms < Latest.ToUnixTimeMilliseconds();

    /// <summary>The value as the producer wrote it, short enough for a sentence.</summary>
    private static string Kind(JsonElement value)
    {
        var raw = value.GetRawText();
        return raw.Length <= 60 ? raw : $"{raw[..57]}...";
    }
}
