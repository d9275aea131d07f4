using System.CommandLine;
using CanaryStreams.Engine.Live;

namespace CanaryStreams.Cli.Run;

/// <summary>The option <c>--roles</c>: which parts of the engine this process runs.</summary>
internal static class RolesOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--roles")
        {
            Description = $"Parts of the engine to run, separated by commas: {string.Join(", ", Names)}.",
            DefaultValueFactory = _ => string.Join(',', Names),
            HelpName = "ROLES",
        };
        option.Check(
            value => Parts(value) is { Length: > 0 } parts && parts.All(part => Names.Contains(part)),
            $"--roles must name {string.Join(" or ", Names)}, several separated by commas"
        );
        return option;
    }

    public static IReadOnlyCollection<EngineRole> Of(string value) =>
        [.. Enum.GetValues<EngineRole>().Where(role => Parts(value).Contains(NameOf(role)))];

    private static IEnumerable<string> Names => Enum.GetValues<EngineRole>().Select(NameOf);

    private static string NameOf(EngineRole role) => role.ToString().ToLowerInvariant();

    private static string[] Parts(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
