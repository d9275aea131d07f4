using System.Diagnostics;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Engine.Tests.House;

public class ContainerTests
{
    private const string ComposeFile = "docker-compose.yml";

    [Fact]
    public async Task ComposeFile_WithPasswords_IsValid()
    {
        var (code, error) = await Compose(("POSTGRES_PASSWORD", "a"), ("INFLUXDB_PASSWORD", "b"));
        error.ShouldBeEmpty();
        code.ShouldBe(0);
    }

    [Fact]
    public async Task ComposeFile_WithoutPasswords_SaysWhichIsMissing()
    {
        var (code, error) = await Compose(("POSTGRES_PASSWORD", ""), ("INFLUXDB_PASSWORD", "b"));
        code.ShouldNotBe(0);
        error.ShouldContain("set POSTGRES_PASSWORD in .env");
    }

    [Fact]
    public void ComposeFile_PinsEveryImage()
    {
        var images = Repository
            .Lines(ComposeFile)
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("image:", StringComparison.Ordinal))
            .ToList();
        images.Count.ShouldBeGreaterThan(3);
        images.ShouldAllBe(image => image.Contains(':') && image.Split(':').Length == 3 && !image.EndsWith("latest"));
    }

    [Fact]
    public void EngineConfiguration_OfTheContainers_IsValid()
    {
        var path = Path.Combine(Repository.Root, "docker", "canarystreams.yaml");
        ConfigurationLoader.Load(path, File.ReadAllText(path), _ => null).Errors.ShouldBeEmpty();
    }

    private static async Task<(int Code, string Error)> Compose(params (string Name, string Value)[] environment)
    {
        var program = Find("docker-compose");
        Assert.SkipWhen(program is null, "docker-compose is not installed");
        var start = new ProcessStartInfo(program!, ["-f", ComposeFile, "config", "-q"])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await error);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
