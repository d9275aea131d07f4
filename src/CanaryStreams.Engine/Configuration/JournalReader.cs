namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads <c>journal</c>: <c>sqlite:PATH</c>, or a PostgreSQL URL.</summary>
internal static class JournalReader
{
    private const string Key = "journal";
    private const string Sqlite = "sqlite:";

    public static JournalOptions Read(SectionReader file)
    {
        var left = new CanaryStreamsOptions().Journal;
        if (file.Setting(Key) is not { } setting)
            return left;
        if (IsPostgres(setting.Value))
        {
            // Read, so that a file written for a later version gets a clear answer and not a riddle.
            file.Error(Key, "PostgreSQL is not available in this version; use sqlite:PATH");
            return new JournalOptions(JournalKind.Postgres, WithoutPassword(setting));
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

    private static bool IsPostgres(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal)
        || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static Setting WithoutPassword(Setting setting)
    {
        var host = setting.Shown.LastIndexOf('@');
        var user = setting.Shown.IndexOf("//", StringComparison.Ordinal) + 2;
        var password = host < 0 ? -1 : setting.Shown.IndexOf(':', user, Math.Max(0, host - user));
        return password < 0 || setting.Value != setting.Shown
            ? setting
            : setting with
            {
                Shown = $"{setting.Shown[..password]}:***{setting.Shown[host..]}",
            };
    }
}
