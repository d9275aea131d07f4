using System.Text.Json;
using CanaryStreams.Core.Telemetry.Decoding;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <content>From the bytes of a record, to what is wrong with it.</content>
internal sealed partial class Fields
{
    /// <summary>Whether a mistake was found so far, wherever in the record.</summary>
    public bool HasErrors => _parent?.HasErrors ?? _errors.Count > 0;

    public void Fail(string sentence)
    {
        if (_parent is not null)
            _parent.Fail(sentence);
        else
            _errors.Add(sentence);
    }

    /// <param name="error">The first mistake, wherever in the record it is; null where there is none.</param>
    /// <returns>Null where there is a mistake.</returns>
    public static T? Parse<T>(ReadOnlySpan<byte> json, Func<Fields, T?> read, out string? error)
        where T : class
    {
        var result = Parse(json, read, out IReadOnlyList<string> errors);
        error = errors.Count == 0 ? null : errors[0];
        return result;
    }

    /// <param name="errors">All mistakes, in the order in which fields are read.</param>
    /// <returns>Null where there is a mistake.</returns>
    public static T? Parse<T>(ReadOnlySpan<byte> json, Func<Fields, T?> read, out IReadOnlyList<string> errors)
        where T : class
    {
        var most = DecodingLimits.Default.RecordBytesMax;
        if (json.Length > most)
        {
            errors = [$"the record is {json.Length} bytes long; at most {most} are allowed"];
            return null;
        }
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            // Throws where anything but white space follows.
            reader.Read();
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors = [$"expected a JSON object, got {Kind(document.RootElement)}"];
                return null;
            }
            var fields = new Fields(document.RootElement, "", null);
            var result = read(fields);
            errors = fields._errors;
            return errors.Count == 0 ? result : null;
        }
        catch (JsonException e)
        {
            errors = [$"not valid JSON: {e.Message}"];
            return null;
        }
        catch (InvalidOperationException)
        {
            errors = ["not valid JSON: a string holds invalid UTF-8"];
            return null;
        }
    }
}
