using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace CanaryStreams.Engine.Journal;

/// <summary>Which of the things that PostgreSQL or the way to it can answer pass by themselves, and what to say of the others.</summary>
internal static class PostgresErrors
{
    /// <summary>The server ended a session that stood still within a transaction; Npgsql has no name for it.</summary>
    private const string IdleInTransaction = "25P03";

    /// <summary>The server is away, starting, ending, full or busy: the same call may work later.</summary>
    public static bool IsPassing(Exception error) =>
        error switch
        {
            PostgresException told => IsPassing(told.SqlState),
            // A certificate that isn't where the URL says.
            FileNotFoundException or DirectoryNotFoundException => false,
            { InnerException: FileNotFoundException or DirectoryNotFoundException } => false,
            NpgsqlException { IsTransient: true } or SocketException or TimeoutException or IOException => true,
            // A connection that broke in the middle of an answer.
            NpgsqlException { InnerException: ObjectDisposedException } => true,
            _ => false,
        };

    /// <summary>Somebody has to change something: the URL, the server's rights or certificates.</summary>
    public static bool IsRefusal(Exception error) =>
        error
            is NpgsqlException
                or AuthenticationException
                or CryptographicException
                or FileNotFoundException
                or DirectoryNotFoundException
                or UnauthorizedAccessException;

    /// <summary>The connection is gone, and those that stood beside it most likely too.</summary>
    public static bool IsConnectionLost(Exception error) =>
        error is not PostgresException told || IsServerGone(told.SqlState);

    /// <summary>What went wrong, in one sentence; what was sent to the server isn't in it.</summary>
    public static string Text(Exception error)
    {
        if (error is PostgresException told)
            return Advice(told) is { } advice
                ? $"{told.MessageText}; {advice}"
                : $"{told.MessageText} ({told.SqlState})";
        // Npgsql says where it tried to connect, what is underneath says why it couldn't.
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message;
    }

    private static bool IsPassing(string state) =>
        IsServerGone(state)
        || state.StartsWith("53", StringComparison.Ordinal) // Disk full, out of memory, too many connections.
        || state
            is PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.LockNotAvailable
                or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.IoError
                // A standby, until it is promoted or the address leads to the primary again.
                or PostgresErrorCodes.ReadOnlySqlTransaction;

    private static bool IsServerGone(string state) =>
        state.StartsWith("08", StringComparison.Ordinal)
        || state
            is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.IdleSessionTimeout
                or IdleInTransaction;

    private static string? Advice(PostgresException error) =>
        error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                "check user and password of the journal's URL, and the server's pg_hba.conf",
            PostgresErrorCodes.InvalidCatalogName => "create the database first",
            PostgresErrorCodes.InsufficientPrivilege =>
                "the user needs CREATE on the database, or has to own the journal's schema",
            _ => null,
        };
}
