namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>PostgreSQL's own programs, which Debian keeps off the search path and which refuse to run as root.</summary>
internal static class PostgresPrograms
{
    private const string Debian = "/usr/lib/postgresql";
    private const string User = "postgres";

    /// <summary>Where they are; null where they aren't installed.</summary>
    public static string? Folder { get; } = FindFolder();

    private static bool IsRoot => Environment.UserName == "root";

    public static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        IEnumerable<string> command = [Path.Combine(Folder!, program), .. arguments];
        var result = IsRoot
            ? await Programs.RunAsync("runuser", ["-u", User, "--", .. command])
            : await Programs.RunAsync(command.First(), command.Skip(1));
        result.OrThrow(program);
    }

    /// <summary>Gives a folder to the user that the server runs as, and nobody else: it refuses a key that others can read.</summary>
    public static async Task OwnAsync(string folder)
    {
        (await Programs.RunAsync("chmod", ["-R", "u=rwX,go=", folder])).OrThrow("chmod");
        if (IsRoot)
            (await Programs.RunAsync("chown", ["-R", User, folder])).OrThrow("chown");
    }

    private static string? FindFolder()
    {
        var versions = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(folder => folder, StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return onPath
            .Concat(versions.Select(version => Path.Combine(version, "bin")))
            .FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"))
            );
    }
}
