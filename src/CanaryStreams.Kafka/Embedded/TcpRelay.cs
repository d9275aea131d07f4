using System.Net;
using System.Net.Sockets;

namespace CanaryStreams.Kafka;

/// <summary>
/// Forwards connections on one loopback port to another: a stable address for a service that chooses its port by
/// itself. Ends with all its connections on <see cref="Dispose"/>.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private const int ConnectionsMax = 256;
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(ConnectionsMax);

    /// <param name="port">0 for any free one.</param>
    /// <exception cref="BrokerException">The port is taken.</exception>
    public TcpRelay(int port, IPEndPoint target)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            _listener.Start();
        }
        catch (SocketException exception)
        {
            _listener.Dispose();
            _free.Dispose();
            _stop.Dispose();
            throw new BrokerException($"Can't listen on 127.0.0.1:{port}: {exception.Message}.", exception);
        }
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync(_stop.Token);
    }

    public IPEndPoint Address { get; }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        // The token stays undisposed: connections that end now still look at it.
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _free.WaitAsync(stop);
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(stop), stop);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The listener ended, or a client gave up while being accepted; the loop's condition tells which.
            }
        }
    }

    private async Task ServeAsync(TcpClient near, CancellationToken stop)
    {
        using var far = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await far.ConnectAsync(_target, ended.Token);
            near.NoDelay = far.NoDelay = true;
            var (there, back) = (near.GetStream(), far.GetStream());
            await Task.WhenAny(
                there.CopyToAsync(back, BufferBytes, ended.Token),
                back.CopyToAsync(there, BufferBytes, ended.Token)
            );
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // Either end went away: what a relay does then is to close the other one.
        }
        finally
        {
            await ended.CancelAsync();
            near.Dispose();
            _free.Release();
        }
    }
}
