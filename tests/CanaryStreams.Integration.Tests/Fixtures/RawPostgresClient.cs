using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// A client that stops where no library lets one stop: it has sent a statement and got its result, and never sends the message
/// (Sync) at which the server commits what isn't committed yet. So does a process that is frozen between two writes to its socket.
/// </summary>
public sealed class RawPostgresClient : IDisposable
{
    /// <summary>May come in by the Unix socket without a password.</summary>
    public const string User = "raw";

    private const int Protocol3 = 196608;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public RawPostgresClient(PostgresServer server, string schema)
    {
        _socket.ReceiveTimeout = 30_000;
        _socket.Connect(new UnixDomainSocketEndPoint($"{server.Socket}/.s.PGSQL.{server.Address.Split(':')[1]}"));
        Send(
            null,
            [
                .. Number(Protocol3),
                .. Text("user", User, "database", "postgres", "options", $"-csearch_path={schema}", ""),
            ]
        );
        ReadUntil('Z');
    }

    /// <summary>Has a statement executed, and is frozen.</summary>
    public void ExecuteAndFreeze(string sql)
    {
        Send('P', [.. Text("", sql), 0, 0]);
        Send('B', [.. Text("", ""), 0, 0, 0, 0, 0, 0]);
        Send('E', [.. Text(""), .. Number(0)]);
        Send('H', []);
        ReadUntil('C');
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Text(params IEnumerable<string> texts) =>
        [.. texts.SelectMany(text => Encoding.UTF8.GetBytes(text + "\0"))];

    private static byte[] Number(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private void Send(char? type, byte[] body)
    {
        byte[] kind = type is { } letter ? [(byte)letter] : [];
        _socket.Send([.. kind, .. Number(body.Length + sizeof(int)), .. body]);
    }

    private void ReadUntil(char type)
    {
        while (true)
        {
            var head = Receive(1 + sizeof(int));
            var body = Receive(BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - sizeof(int));
            if (head[0] == 'E')
                throw new InvalidOperationException(Encoding.UTF8.GetString(body).Replace('\0', ' '));
            if (head[0] == type)
                return;
        }
    }

    private byte[] Receive(int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count; )
        {
            var more = _socket.Receive(bytes, received, count - received, SocketFlags.None);
            received += more > 0 ? more : throw new EndOfStreamException();
        }
        return bytes;
    }
}
