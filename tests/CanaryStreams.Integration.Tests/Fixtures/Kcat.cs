namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>kcat, a client that knows nothing of this program: what it writes and reads is the contract on the wire.</summary>
public static class Kcat
{
    private static readonly string? Path = Programs.Find("kcat") ?? Programs.Find("kafkacat");

    public static void SkipWhenMissing() =>
        Assert.SkipWhen(Path is null, "kcat is not installed (Debian: apt-get install kcat).");

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
        (await Programs.RunAsync(Path!, all, input)).OrThrow("kcat -P");
    }

    /// <summary>
    /// Everything in the topic up to now, one line per record.
    /// </summary>
    /// <param name="format">kcat's: %k key, %s value, %h headers, %p partition, %o offset.</param>
    public static async Task<string[]> ConsumeAsync(string bootstrap, string topic, string format = "%k %s")
    {
        SkipWhenMissing();
        string[] all = ["-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e", "-q", "-f", format + "\n"];
        var result = (await Programs.RunAsync(Path!, all)).OrThrow("kcat -C");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
