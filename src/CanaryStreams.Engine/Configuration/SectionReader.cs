using CanaryStreams.Engine.Configuration.Yaml;

namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// Reads the keys of one mapping. Each read declares its key; what nobody asked for is reported by <see cref="Done"/>.
/// A read answers null where the key is left out or wrong (and then says so).
/// </summary>
internal sealed class SectionReader
{
    private readonly ConfigurationErrors _errors;
    private readonly Placeholders _placeholders;
    private readonly string _path;
    private readonly Dictionary<string, YamlEntry> _entries = [];
    private readonly List<YamlEntry> _order = [];
    private readonly List<string> _known = [];

    /// <param name="node">The mapping; null where the section is left out.</param>
    /// <param name="path">The section's own key with those above it; empty for the file.</param>
    public SectionReader(ConfigurationErrors errors, Placeholders placeholders, YamlNode? node, string path)
    {
        _errors = errors;
        _placeholders = placeholders;
        _path = path;
        if (node is YamlMap map)
        {
            Line = map.Line;
            Add(map);
        }
        else if (node is not (null or YamlScalar { IsNull: true }))
        {
            errors.Add(node.Line, path, "must hold keys, each with its value");
        }
    }

    /// <summary>Where the section begins; 0 where it is left out.</summary>
    public int Line { get; }

    public IReadOnlyList<YamlEntry> Entries => _order;

    public int LineOf(string key) => _entries.TryGetValue(key, out var entry) ? entry.Line : Line;

    public bool Has(string key) =>
        _entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true };

    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    public void Error(string key, string message) => _errors.Add(LineOf(key), PathOf(key), message);

    public SectionReader Section(string key)
    {
        var node = Find(key);
        return new(_errors, _placeholders, node, PathOf(key));
    }

    /// <summary>A text with what the environment and files give put in.</summary>
    public Setting? Setting(string key)
    {
        if (Find(key) is not { } node)
            return null;
        return Expand(key, node);
    }

    /// <summary>Whether the key holds just this word, where other forms are no text at all.</summary>
    public bool IsWord(string key, string word) => Find(key) is YamlScalar scalar && scalar.Text == word;

    /// <summary>The items of a list, each a text; null where it is no list.</summary>
    public IReadOnlyList<Setting>? Settings(string key, string example = "[5, 25, 50, 100]")
    {
        if (Find(key) is not { } node)
            return null;
        if (node is not YamlList list)
        {
            Error(key, $"must be a list, such as {example}");
            return null;
        }
        var items = list.Items.Select(item => Expand(key, item)).OfType<Setting>().ToList();
        return items.Count == list.Items.Count ? items : null;
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void Done()
    {
        foreach (var entry in _order.Where(entry => !_known.Contains(entry.Key)))
        {
            var meant = Spelling.Nearest(entry.Key, _known);
            var advice = meant is null ? $"known keys are {string.Join(", ", _known)}" : $"did you mean {meant}?";
            _errors.Add(entry.Line, PathOf(entry.Key), $"is no known key; {advice}");
        }
    }

    private void Add(YamlMap map)
    {
        foreach (var entry in map.Entries)
        {
            if (_entries.TryAdd(entry.Key, entry))
                _order.Add(entry);
            else
                _errors.Add(
                    entry.Line,
                    PathOf(entry.Key),
                    $"is given twice; the first is in line {_entries[entry.Key].Line}"
                );
        }
    }

    private YamlNode? Find(string key)
    {
        if (!_known.Contains(key))
            _known.Add(key);
        return Has(key) ? _entries[key].Value : null;
    }

    private Setting? Expand(string key, YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            Error(key, "must be a single value");
            return null;
        }
        if (_placeholders.Expand(scalar.Text, out var error) is { } value)
            return new Setting(value, scalar.Text);
        Error(key, error!);
        return null;
    }
}
