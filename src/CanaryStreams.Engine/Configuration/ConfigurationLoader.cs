using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration.Yaml;
using CanaryStreams.Engine.Supervision;
using YamlDotNet.Core;

namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// Reads <c>canarystreams.yaml</c>. Pure: the text, the environment and what it needs of other files come in, options or
/// every mistake come out.
/// </summary>
public static class ConfigurationLoader
{
    public const string DefaultPath = "canarystreams.yaml";
    public const string BootstrapVariable = "KAFKA_BOOTSTRAP";

    /// <param name="path">Names the file in errors; null for the default name.</param>
    /// <param name="text">Its content; null or empty: all defaults.</param>
    /// <param name="environment">Gives a variable of the environment, or null.</param>
    /// <param name="readFile">Gives the bytes of a file that the text names, or throws as a file does; left out: there are none.</param>
    public static ConfigurationResult Load(
        string? path,
        string? text,
        Func<string, string?> environment,
        Func<string, byte[]>? readFile = null
    )
    {
        Limits.Verify();
        var errors = new ConfigurationErrors(path ?? DefaultPath);
        var root = Parse(text ?? "", errors);
        readFile ??= name => throw new FileNotFoundException(name);
        var file = new SectionReader(errors, new Placeholders(environment, readFile), root, "");
        var options = Read(file, environment, readFile, errors);
        var found = errors.ByLine();
        return new ConfigurationResult(found.Count == 0 ? options : null, found);
    }

    private static YamlNode? Parse(string text, ConfigurationErrors errors)
    {
        if (text.Length > Limits.FileCharactersMax)
        {
            errors.Add(0, "", $"has {text.Length} characters; at most {Limits.FileCharactersMax} are allowed");
            return null;
        }
        try
        {
            return YamlTree.Read(text);
        }
        catch (YamlException exception)
        {
            errors.Add(LineOf(exception, text), "", $"no valid YAML: {exception.Message}");
            return null;
        }
    }

    /// <summary>The parser reports a tab at the end of the line above it.</summary>
    private static int LineOf(YamlException exception, string text)
    {
        var line = (int)exception.End.Line;
        var lines = text.Split('\n');
        var isTab =
            exception.Message.Contains("tab", StringComparison.Ordinal)
            && line < lines.Length
            && lines[line].TrimStart(' ').StartsWith('\t');
        return isTab ? line + 1 : line;
    }

    private static CanaryStreamsOptions Read(
        SectionReader file,
        Func<string, string?> environment,
        Func<string, byte[]> readFile,
        ConfigurationErrors errors
    )
    {
        var stream = ReadStream(file.Section("stream"));
        var options = new CanaryStreamsOptions
        {
            Kafka = KafkaReader.Read(file.Section("kafka"), environment(BootstrapVariable), errors),
            Journal = JournalReader.Read(file),
            Retention = ReadRetention(file.Section("retention")),
            Learning = LearningReader.Read(file.Section("learning")),
            Policies = PoliciesReader.Read(file.Section("policies"), stream),
            Stream = stream,
            Snapshots = ReadSnapshots(file.Section("snapshots")),
            Detector = DetectorReader.Read(file.Section("detector"), readFile),
            Http = HttpReader.Read(file),
        };
        file.Done();
        return options;
    }

    private static Retention ReadRetention(SectionReader section)
    {
        var left = new Retention();
        var retention = new Retention
        {
            ArchiveAfter = section.Duration("archiveAfter", Limits.ArchiveAfter) ?? left.ArchiveAfter,
            ForgetAfter = section.Duration("forgetAfter", Limits.ForgetAfter) ?? left.ForgetAfter,
        };
        section.Done();
        if (retention.ForgetAfter <= retention.ArchiveAfter)
            section.Error(
                section.Has("forgetAfter") ? "forgetAfter" : "archiveAfter",
                $"forgetAfter ({Quantities.Show(retention.ForgetAfter)}) must be longer than archiveAfter "
                    + $"({Quantities.Show(retention.ArchiveAfter)})"
            );
        return retention;
    }

    private static SnapshotOptions ReadSnapshots(SectionReader section)
    {
        var every = section.Duration("every", Limits.SnapshotEvery);
        section.Done();
        return every is { } given ? new SnapshotOptions(given) : new SnapshotOptions();
    }

    private static StreamSettings ReadStream(SectionReader section)
    {
        var left = StreamSettings.Default;
        var stream = new StreamSettings
        {
            Bucket = section.Duration("bucket", Limits.Bucket) ?? left.Bucket,
            AllowedLateness = section.Duration("allowedLateness", Limits.AllowedLateness) ?? left.AllowedLateness,
            MaxSkew = section.Duration("maxSkew", Limits.MaxSkew) ?? left.MaxSkew,
            IdleAfter = section.Duration("idleAfter", Limits.IdleAfter) ?? left.IdleAfter,
            History = section.Duration("history", Limits.History) ?? left.History,
        };
        section.Done();
        if (TimeSpan.FromDays(1).Ticks % stream.Bucket.Ticks != 0)
            section.Error("bucket", $"{Quantities.Show(stream.Bucket)} must divide a day, as 30s, 1m and 5m do");
        var buckets = stream.History.Ticks / stream.Bucket.Ticks;
        if (buckets is < Limits.HistoryBucketsMin or > Limits.HistoryBucketsMax)
            section.Error(
                section.Has("history") ? "history" : "bucket",
                $"a history of {Quantities.Show(stream.History)} is {buckets} buckets of {Quantities.Show(stream.Bucket)};"
                    + $" allowed are {Limits.HistoryBucketsMin} to {Limits.HistoryBucketsMax}"
            );
        return stream;
    }
}
