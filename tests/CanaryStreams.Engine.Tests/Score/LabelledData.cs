namespace CanaryStreams.Engine.Tests.Score;

/// <summary>The labelled series that some tests measure on, found by the environment variable CANARY_DATA.</summary>
internal static class LabelledData
{
    /// <summary>A file's path; the test is skipped where the data isn't there.</summary>
    public static string File(string name)
    {
        var folder = Environment.GetEnvironmentVariable("CANARY_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"CANARY_DATA is not set: no {name}");
        return Path.Combine(folder!, name);
    }
}
