namespace CanaryStreams.Engine.Configuration;

/// <summary>One mistake in a configuration.</summary>
/// <param name="File">The file's path as the user gave it, or where else the value came from.</param>
/// <param name="Line">From 1; 0 where there is none (a file that can't be read, a variable of the environment).</param>
/// <param name="Key">The key with those above it, such as <c>policies.default.bake</c>; empty for the file itself.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ConfigurationError(string File, int Line, string Key, string Message)
{
    /// <summary><c>file:line: key: message</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        return Key.Length > 0 ? $"{place}: {Key}: {Message}" : $"{place}: {Message}";
    }
}

/// <summary>Options, or all that is wrong with them, by line.</summary>
public sealed record ConfigurationResult(CanaryStreamsOptions? Options, IReadOnlyList<ConfigurationError> Errors)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
