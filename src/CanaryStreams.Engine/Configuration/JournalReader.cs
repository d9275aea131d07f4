using System.Text.RegularExpressions;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads <c>journal</c>: <c>sqlite:PATH</c>, or a PostgreSQL URL.</summary>
internal static partial class JournalReader
{
    private const string Key = "journal";
    private const string Sqlite = "sqlite:";

    public static JournalOptions Read(SectionReader file)
    {
        var left = new CanaryStreamsOptions().Journal;
        if (file.Setting(Key) is not { } setting)
            return left;
        if (PostgresUrl.IsOne(setting.Value))
        {
            if (PostgresUrl.TryParse(setting.Value, out _, out var error))
                return new JournalOptions(JournalKind.Postgres, WithoutPassword(setting));
            file.Error(Key, error);
            return left;
        }
        if (setting.Value.StartsWith(Sqlite, StringComparison.Ordinal) && setting.Value.Length > Sqlite.Length)
        {
            var shown = setting.Shown.StartsWith(Sqlite, StringComparison.Ordinal)
                ? setting.Shown[Sqlite.Length..]
                : setting.Shown;
            return new JournalOptions(JournalKind.Sqlite, new Setting(setting.Value[Sqlite.Length..], shown));
        }
        file.Error(Key, "must be sqlite:PATH or postgres://USER@HOST/DATABASE");
        return left;
    }

    /// <summary>A password that is written out is masked; a reference to one that comes from elsewhere can stand.</summary>
    private static Setting WithoutPassword(Setting setting)
    {
        var shown = setting.Shown;
        var user = shown.IndexOf("//", StringComparison.Ordinal) + 2;
        var host = shown.LastIndexOf('@');
        if (user < 2 || host < user)
            return setting;
        // A reference may hold a colon of its own.
        var password = Reference().Replace(shown[user..host], found => new string('x', found.Length)).IndexOf(':') + 1;
        return password == 0 || References().IsMatch(shown[(user + password)..host])
            ? setting
            : setting with
            {
                Shown = $"{shown[..(user + password)]}***{shown[host..]}",
            };
    }

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?:\$\{[^}]*\})*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex References();
}
