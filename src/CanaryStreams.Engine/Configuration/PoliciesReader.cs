using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// Reads <c>policies</c>. A policy takes what it leaves out from <c>default</c>, key by key, and that from the
/// built-in defaults; <c>metrics</c> is one key: a list that is given replaces the inherited one.
/// </summary>
internal static class PoliciesReader
{
    public static IReadOnlyList<Policy> Read(SectionReader section, StreamSettings stream)
    {
        var names = section
            .Entries.Select(entry => entry.Key)
            .Where(name => name != CanaryStreamsOptions.DefaultPolicy)
            .ToList();
        if (names.Count >= Limits.PoliciesMax)
            section.Error(names[^1], $"is one policy too many; at most {Limits.PoliciesMax} are allowed");
        var left = new PolicyDraft(new Policy());
        var inherited = PolicyReader.Read(section, CanaryStreamsOptions.DefaultPolicy, left, stream);
        var policies = new List<Policy> { inherited.Policy };
        foreach (var name in names)
        {
            if (name.Trim().Length == 0 || name.Length > Limits.NameCharactersMax)
                section.Error(name, $"a policy's name must have 1 to {Limits.NameCharactersMax} characters");
            policies.Add(PolicyReader.Read(section, name, inherited, stream).Policy);
        }
        return policies;
    }
}
