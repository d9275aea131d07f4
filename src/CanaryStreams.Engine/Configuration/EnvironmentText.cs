using System.Text;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Puts variables of the environment in the place of <c>${NAME}</c>; <c>$${</c> stands for <c>${</c> itself.</summary>
internal static class EnvironmentText
{
    /// <summary>The value, or null and what is wrong.</summary>
    public static string? Expand(string text, Func<string, string?> environment, out string? error)
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
            var name = end < 0 ? "" : rest[..end].ToString();
            if (!IsName(name))
            {
                error = "has ${ without a name and } behind it; write ${NAME}, or $${ for the characters themselves";
                return null;
            }
            if (environment(name) is not { } variable)
            {
                error = $"needs the environment variable {name}, which isn't set";
                return null;
            }
            value.Append(variable);
            rest = rest[(end + 1)..];
        }
        return value.Append(rest).ToString();
    }

    private static bool IsName(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
