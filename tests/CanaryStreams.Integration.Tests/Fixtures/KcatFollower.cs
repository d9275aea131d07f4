using System.Diagnostics;
using System.Text.Json;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>A kcat that reads a topic from its beginning and goes on reading, as an agent does.</summary>
public sealed class KcatFollower : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly Process _kcat;
    private readonly List<JsonElement> _seen = [];

    /// <param name="onValue">Told of each value, on one thread.</param>
    public KcatFollower(string bootstrap, string topic, Action<JsonElement>? onValue = null)
    {
        string[] arguments = ["-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-q", "-u", "-f", "%s\n"];
        _kcat = Programs.Start(Kcat.Path, arguments);
        _kcat.OutputDataReceived += (_, line) => Take(line.Data, onValue);
        _kcat.BeginOutputReadLine();
        _kcat.BeginErrorReadLine();
    }

    /// <summary>The values seen so far, in the order in which they came.</summary>
    public IReadOnlyList<JsonElement> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    /// <summary>The first value that is meant, seen already or still to come.</summary>
    /// <param name="check">Throws when waiting is of no use.</param>
    public async Task<JsonElement> WaitForAsync(string what, Func<JsonElement, bool> isMeant, Action check)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = Seen.Where(isMeant).Take(1).ToList();
            if (found.Count > 0)
                return found[0];
            check();
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"There was no {what} among {Seen.Count}:\n{string.Join('\n', Seen)}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_kcat.HasExited)
            _kcat.Kill();
        await _kcat.WaitForExitAsync();
        _kcat.Dispose();
    }

    private void Take(string? line, Action<JsonElement>? onValue)
    {
        if (string.IsNullOrEmpty(line))
            return;
        using var document = JsonDocument.Parse(line);
        var value = document.RootElement.Clone();
        onValue?.Invoke(value);
        lock (_seen)
            _seen.Add(value);
    }
}
