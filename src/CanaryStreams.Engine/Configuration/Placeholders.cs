using System.Text;

namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// Puts variables of the environment in the place of <c>${NAME}</c>, and contents of files, as Docker and Kubernetes hand
/// out secrets, in that of <c>${file:PATH}</c>; <c>$${</c> stands for <c>${</c> itself.
/// </summary>
/// <param name="environment">Gives a variable of the environment, or null.</param>
/// <param name="readFile">Gives a file's bytes, or throws as a file does.</param>
internal sealed class Placeholders(Func<string, string?> environment, Func<string, byte[]> readFile)
{
    private const string FilePrefix = "file:";

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>The value, or null and what is wrong. What came from outside is never part of the error.</summary>
    public string? Expand(string text, out string? error)
    {
        error = null;
        var value = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf("${", StringComparison.Ordinal) is var at and >= 0)
        {
            if (at > 0 && rest[at - 1] == '$')
            {
                value.Append(rest[..(at - 1)]).Append("${");
                rest = rest[(at + 2)..];
                continue;
            }
            value.Append(rest[..at]);
            rest = rest[(at + 2)..];
            var end = rest.IndexOf('}');
            if (Find(end < 0 ? "" : rest[..end].ToString(), out error) is not { } found)
                return null;
            value.Append(found);
            rest = rest[(end + 1)..];
        }
        return value.Append(rest).ToString();
    }

    /// <summary>Whether a text is one placeholder and nothing else, so that showing it shows nothing of its value.</summary>
    public static bool IsOne(string text) =>
        text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}') == text.Length - 1;

    private string? Find(string name, out string? error)
    {
        if (name.StartsWith(FilePrefix, StringComparison.Ordinal))
            return Content(name[FilePrefix.Length..], out error);
        error = null;
        if (!IsName(name))
            error =
                "has ${ without a name and } behind it; write ${NAME} or ${file:PATH}, or $${ for the characters themselves";
        else if (environment(name) is { } variable)
            return variable;
        else
            error = $"needs the environment variable {name}, which isn't set";
        return null;
    }

    private string? Content(string path, out string? error)
    {
        error = null;
        try
        {
            var bytes = readFile(path);
            if (bytes.Length is > 0 and <= Limits.SecretBytesMax)
                return WithoutLineEnd(Strict.GetString(bytes)) is { Length: > 0 } content && !content.Contains('\0')
                    ? content
                    : Refuse("holds no text", out error);
            return Refuse(
                bytes.Length == 0
                    ? "is empty"
                    : $"has {bytes.Length} bytes; at most {Limits.SecretBytesMax} are allowed",
                out error
            );
        }
        catch (DecoderFallbackException)
        {
            return Refuse("is no UTF-8 text", out error);
        }
        catch (Exception exception) when (NamedFile.WhyUnreadable(exception) is { } why)
        {
            return Refuse($"can't be read: {why}", out error);
        }

        string? Refuse(string why, out string? error)
        {
            error = $"needs the file \"{path}\", which {why}";
            return null;
        }
    }

    /// <summary>Editors and <c>echo</c> end a file with one.</summary>
    private static string WithoutLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;

    private static bool IsName(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
