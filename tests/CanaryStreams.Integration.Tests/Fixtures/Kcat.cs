namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>kcat, a client that knows nothing of this program: what it writes and reads is the contract on the wire.</summary>
public static class Kcat
{
    private static readonly string? Found = Programs.Find("kcat") ?? Programs.Find("kafkacat");

    public static string Path => Found ?? throw new InvalidOperationException("kcat is not installed.");

    public static void SkipWhenMissing() =>
        Assert.SkipWhen(Found is null, "kcat is not installed (Debian: apt-get install kcat).");

    /// <summary>Produces one record per line; extra arguments go to kcat (<c>-H name=value</c>, <c>-p 3</c>).</summary>
    public static async Task ProduceAsync(
        string bootstrap,
        string topic,
        string key,
        IEnumerable<string> lines,
        params IEnumerable<string> arguments
    )
    {
        SkipWhenMissing();
        var input = string.Concat(lines.Select(line => line + "\n"));
        string[] all = ["-P", "-b", bootstrap, "-t", topic, "-k", key, .. arguments];
        (await Programs.RunAsync(Path, all, input)).OrThrow("kcat -P");
    }

    /// <summary>Produces records with a key each; neither may hold a tab or an end of line.</summary>
    public static async Task ProduceAsync(
        string bootstrap,
        string topic,
        IEnumerable<(string Key, string Value)> records
    )
    {
        SkipWhenMissing();
        var input = string.Concat(records.Select(record => $"{record.Key}\t{record.Value}\n"));
        (await Programs.RunAsync(Path, ["-P", "-b", bootstrap, "-t", topic, "-K", "\\t"], input)).OrThrow("kcat -P");
    }

    /// <summary>Produces one record of any bytes, up to 4 MB.</summary>
    public static async Task ProduceBytesAsync(string bootstrap, string topic, string key, byte[] bytes)
    {
        SkipWhenMissing();
        if (bytes.Length == 0)
        {
            // kcat leaves out empty files, but not empty lines.
            await ProduceAsync(bootstrap, topic, [(key, "")]);
            return;
        }
        var file = System.IO.Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, bytes);
            string[] arguments = ["-P", "-b", bootstrap, "-t", topic, "-k", key, "-X", "message.max.bytes=4000000"];
            (await Programs.RunAsync(Path, [.. arguments, file])).OrThrow("kcat -P");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// Everything in the topic up to now, one line per record.
    /// </summary>
    /// <param name="format">kcat's: %k key, %s value, %h headers, %p partition, %o offset.</param>
    public static async Task<string[]> ConsumeAsync(string bootstrap, string topic, string format = "%k %s")
    {
        SkipWhenMissing();
        string[] all = ["-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e", "-q", "-f", format + "\n"];
        var result = (await Programs.RunAsync(Path, all)).OrThrow("kcat -C");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The brokers and topics, as kcat describes them.</summary>
    public static async Task<string> DescribeAsync(string bootstrap)
    {
        SkipWhenMissing();
        return (await Programs.RunAsync(Path, ["-L", "-b", bootstrap])).OrThrow("kcat -L").Output;
    }

    /// <summary>Everything in the topic up to now, byte for byte; by partition in the order of the offsets.</summary>
    public static async Task<IReadOnlyList<KcatRecord>> ReadAsync(string bootstrap, string topic)
    {
        SkipWhenMissing();
        string[] all = ["-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e", "-q", "-f", KcatRecord.Format];
        using var kcat = Programs.Start(Path, all);
        kcat.BeginErrorReadLine();
        using var output = new MemoryStream();
        await kcat.StandardOutput.BaseStream.CopyToAsync(output);
        await kcat.WaitForExitAsync();
        kcat.ExitCode.ShouldBe(0);
        return
        [
            .. KcatRecord.Parse(output.ToArray()).OrderBy(record => record.Partition).ThenBy(record => record.Offset),
        ];
    }
}
