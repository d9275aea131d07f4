using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// Where a PostgreSQL journal is: <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS</c>, as libpq reads it where both know
/// a parameter. What stands for a host and begins with <c>/</c> is the folder of a Unix socket: <c>?host=/run/postgresql</c>, or
/// percent-encoded before the path.
/// </summary>
/// <remarks>
/// A password that a variable of the environment puts in may hold <c>@ : / ?</c> as they are, because the last <c>@</c> ends it;
/// a <c>%</c> with two hexadecimal digits behind it is one encoded character. Nothing here prints the password.
/// </remarks>
public sealed class PostgresUrl
{
    private const string Form = "postgres://USER:PASSWORD@HOST:PORT/DATABASE";
    private const string DefaultSchema = "canarystreams";
    private const int LongestName = 63;

    private PostgresUrl(NpgsqlConnectionStringBuilder settings, string schema) =>
        (Settings, Schema) = (settings, schema);

    /// <summary>Where the tables are.</summary>
    public string Schema { get; }

    /// <summary>For people: <c>host:port</c>, or the folder of the Unix socket.</summary>
    public string Server =>
        IsSocket ? Settings.Host! : string.Create(CultureInfo.InvariantCulture, $"{Settings.Host}:{Settings.Port}");

    internal bool IsSocket => Settings.Host!.StartsWith('/');

    /// <summary>What the URL says about the connection, its password included.</summary>
    internal NpgsqlConnectionStringBuilder Settings { get; }

    public static bool IsOne(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal)
        || text.StartsWith("postgresql://", StringComparison.Ordinal);

    /// <param name="error">What is wrong with it, without the password.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out PostgresUrl? url,
        [NotNullWhen(false)] out string? error
    )
    {
        try
        {
            url = Parse(text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..]);
            error = null;
            return true;
        }
        catch (FormatException wrong)
        {
            url = null;
            error = wrong.Message;
            return false;
        }
    }

    public override string ToString() => $"PostgreSQL at {Server}, database {Settings.Database}, schema {Schema}";

    private static PostgresUrl Parse(string rest)
    {
        var settings = new NpgsqlConnectionStringBuilder { Timeout = 10, ApplicationName = "canarystreams" };
        var at = rest.LastIndexOf('@');
        if (at < 0)
            throw new FormatException($"must name a user: {Form}");
        var user = rest[..at];
        rest = rest[(at + 1)..];
        var query = Cut(ref rest, '?');
        var database = Cut(ref rest, '/');
        ReadHost(rest, settings);
        var schema = ReadParameters(query, settings);
        var password = Cut(ref user, ':');
        settings.Username = Decoded(user);
        if (password.Length > 0)
            settings.Password = Decoded(password);
        settings.Database = Decoded(database);
        if (settings.Username.Length == 0 || settings.Database.Length == 0 || string.IsNullOrEmpty(settings.Host))
            throw new FormatException($"must name a user, a host and a database: {Form}");
        return new PostgresUrl(settings, schema);
    }

    private static void ReadHost(string host, NpgsqlConnectionStringBuilder settings)
    {
        // An IPv6 address has colons of its own, in brackets.
        var port = host.IndexOf(':', Math.Max(0, host.LastIndexOf(']')));
        if (port >= 0)
        {
            settings.Port = Number("the port", host[(port + 1)..], 1, 65535);
            host = host[..port];
        }
        if (host.Contains(','))
            throw new FormatException("must name one host; a cluster's own address is what follows its primary");
        settings.Host = Decoded(host.Trim('[', ']'));
    }

    /// <returns>The schema.</returns>
    private static string ReadParameters(string query, NpgsqlConnectionStringBuilder settings)
    {
        var schema = DefaultSchema;
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = parameter;
            var value = Decoded(Cut(ref name, '='));
            if (name == "schema")
                schema = IsName(value)
                    ? value
                    : throw new FormatException(
                        "has a schema that is no plain name: lower-case letters, digits and _, 63 at most"
                    );
            else
                Set(settings, name, value);
        }
        return schema;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "host":
                settings.Host = value;
                break;
            case "sslmode":
                settings.SslMode = ModeOf(value);
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslcert":
                settings.SslCertificate = value;
                break;
            case "sslkey":
                settings.SslKey = value;
                break;
            case "application_name":
                settings.ApplicationName = value;
                break;
            case "connect_timeout":
                settings.Timeout = Number(name, value, 1, 600);
                break;
            default:
                throw new FormatException(
                    $"has an unknown parameter {name}; known are schema, host, sslmode, sslrootcert, sslcert, sslkey, "
                        + "application_name and connect_timeout"
                );
        }
    }

    private static SslMode ModeOf(string text) =>
        text switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => throw new FormatException(
                "has an unknown sslmode; known are disable, allow, prefer, require, verify-ca and verify-full"
            ),
        };

    private static int Number(string what, string text, int from, int to) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= from
        && number <= to
            ? number
            : throw new FormatException($"has a wrong value for {what}: it must lie between {from} and {to}");

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName
        && !char.IsAsciiDigit(text[0])
        && text.All(character =>
            char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_'
        );

    private static string Decoded(string text) => Uri.UnescapeDataString(text);

    /// <summary>Cuts off what is behind the first <paramref name="mark"/>, which goes too.</summary>
    private static string Cut(ref string text, char mark)
    {
        var at = text.IndexOf(mark);
        var behind = at < 0 ? "" : text[(at + 1)..];
        text = at < 0 ? text : text[..at];
        return behind;
    }
}
