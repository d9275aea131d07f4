using System.Diagnostics;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.CommandLine;

/// <summary>The program as a process of its own, and Ctrl-C.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task CtrlC_WhileItWorks_EndsWith130AndWithoutATrace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        var file = _folder.File("sim.jsonl");
        using var program = Start("simulate", "--rollouts", "20000", "-o", file);
        var error = program.StandardError.ReadToEndAsync(_guard.Token);
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _guard.Token);

        using (var kill = Process.Start("kill", ["-INT", $"{program.Id}"]))
            await kill.WaitForExitAsync(_guard.Token);
        await program.WaitForExitAsync(_guard.Token);

        program.ExitCode.ShouldBe(130);
        (await error).ShouldBeEmpty();
    }

    public void Dispose()
    {
        _guard.Dispose();
        _folder.Dispose();
    }

    private static Process Start(params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(Cli.CommandLine).Assembly.GetName().Name + ".dll");
        return Process.Start(
            new ProcessStartInfo("dotnet", [program, .. args])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
    }
}
