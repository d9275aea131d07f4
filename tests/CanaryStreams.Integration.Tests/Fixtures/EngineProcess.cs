using System.Diagnostics;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// The program as its users run it, <c>canarystreams run --config FILE</c>, in a process of its own. It ends with the test,
/// whatever became of it.
/// </summary>
public sealed class EngineProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private EngineProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed so far.</summary>
    public string Printed
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that it has from the system.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="environment">Variables besides those of the tests.</param>
    public static EngineProcess Start(string configuration, IReadOnlyDictionary<string, string>? environment = null)
    {
        // A test runner in the background of a script ignores Ctrl-C, and its children would do the same.
        string[] command = ["--default-signal=INT", .. BuiltProgram.Command, "run", "--config", configuration];
        return new EngineProcess(Programs.Start("env", command, environment));
    }

    /// <summary>Until it reads from Kafka.</summary>
    public Task WaitUntilRunningAsync() => WaitForAsync("Running.");

    /// <summary>Where its health and its metrics are; null as long as it hasn't said so.</summary>
    public Uri? Address
    {
        get
        {
            const string says = "Health and metrics at ";
            lock (_lines)
                return _lines.Find(line => line.StartsWith(says, StringComparison.Ordinal)) is { } line
                    ? new Uri(line[says.Length..])
                    : null;
        }
    }

    public async Task WaitForAsync(string printed)
    {
        var began = Stopwatch.GetTimestamp();
        while (!Printed.Contains(printed, StringComparison.Ordinal))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException($"The engine did not say '{printed}'.\n{Printed}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The engine ended with {_process.ExitCode}.\n{Printed}");
    }

    /// <summary>Ends it as the kernel does when memory is short: nothing can be put in order.</summary>
    public async Task KillAsync()
    {
        ThrowIfEnded();
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <param name="signal"><c>INT</c> is Ctrl-C, <c>TERM</c> what a service manager sends.</param>
    public async Task SignalAsync(string signal) =>
        (await Programs.RunAsync("kill", [$"-{signal}", $"{_process.Id}"])).OrThrow("kill");

    /// <summary>Waits for its end, and for all that it printed.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within);
            return _process.ExitCode;
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException($"The engine did not end.\n{Printed}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
