namespace CanaryStreams.Engine.Configuration.Yaml;

/// <summary>A piece of YAML that knows its line, and keeps keys that are given twice.</summary>
/// <param name="Line">From 1.</param>
internal abstract record YamlNode(int Line);

/// <param name="IsPlain">Written without quotes.</param>
internal sealed record YamlScalar(int Line, string Text, bool IsPlain) : YamlNode(Line)
{
    /// <summary>Nothing there: the key counts as left out.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null";
}

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

internal sealed record YamlMap(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line);

internal sealed record YamlEntry(int Line, string Key, YamlNode Value);
