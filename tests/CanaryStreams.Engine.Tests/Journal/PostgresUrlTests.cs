using CanaryStreams.Engine.Journal;
using Npgsql;

namespace CanaryStreams.Engine.Tests.Journal;

public sealed class PostgresUrlTests
{
    [Fact]
    public void TryParse_OfAllThatItKnows_TakesIt()
    {
        var url = Parse(
            "postgresql://an%40na:p%25w@db.example:6432/canary?schema=blue&sslmode=verify-full&sslrootcert=/etc/ca%20s.pem"
                + "&sslcert=c.pem&sslkey=k.pem&application_name=one&connect_timeout=7"
        );

        var settings = url.Settings;
        (settings.Username, settings.Password, settings.Database).ShouldBe(("an@na", "p%w", "canary"));
        (settings.Host, settings.Port, settings.SslMode).ShouldBe(("db.example", 6432, SslMode.VerifyFull));
        (settings.RootCertificate, settings.SslCertificate, settings.SslKey).ShouldBe(
            ("/etc/ca s.pem", "c.pem", "k.pem")
        );
        (settings.ApplicationName, settings.Timeout, url.Schema).ShouldBe(("one", 7, "blue"));
        url.ToString().ShouldBe("PostgreSQL at db.example:6432, database canary, schema blue");
    }

    [Fact]
    public void TryParse_OfTheShortest_HasDefaults()
    {
        var url = Parse("postgres://u@h/d");

        (url.Server, url.Schema, url.Settings.Password, url.Settings.SslMode).ShouldBe(
            ("h:5432", "canarystreams", null, SslMode.Prefer)
        );
    }

    [Theory]
    [InlineData("postgres://u:a@b:c/d?e@h/d", "a@b:c/d?e")]
    [InlineData("postgres://u:100%@h/d", "100%")]
    [InlineData("postgres://u:a%2Fb@h/d", "a/b")]
    public void TryParse_OfAPasswordAsItIs_FindsItsEnd(string text, string password)
    {
        var url = Parse(text);

        (url.Settings.Password, url.Settings.Host, url.Settings.Database).ShouldBe((password, "h", "d"));
    }

    [Theory]
    [InlineData("postgres://u@/d?host=/run/postgresql", "/run/postgresql")]
    [InlineData("postgres://u@%2Frun%2Fpostgresql/d", "/run/postgresql")]
    [InlineData("postgres://u@[::1]:7000/d", "::1:7000")]
    public void TryParse_OfASocketOrAnAddress_FindsTheServer(string text, string server) =>
        Parse(text).Server.ShouldBe(server);

    [Theory]
    [InlineData("postgres://secret", "a user")]
    [InlineData("postgres://u:secret@h", "a database")]
    [InlineData("postgres://u:secret@/d", "a host")]
    [InlineData("postgres://:secret@h/d", "a user")]
    [InlineData("postgres://u:secret@a,b/d", "one host")]
    [InlineData("postgres://u:secret@h:0/d", "the port")]
    [InlineData("postgres://u:secret@h/d?passfile=secret", "passfile")]
    [InlineData("postgres://u:secret@h/d?sslmode=secret", "sslmode")]
    [InlineData("postgres://u:secret@h/d?connect_timeout=0", "connect_timeout")]
    [InlineData("postgres://u:secret@h/d?schema=Secret", "plain name")]
    public void TryParse_OfAWrongOne_SaysWhatWithoutSecrets(string text, string expected)
    {
        PostgresUrl.TryParse(text, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldContain(expected);
        error.ShouldNotContain("secret", Case.Insensitive);
    }

    private static PostgresUrl Parse(string text) =>
        PostgresUrl.TryParse(text, out var url, out var error) ? url : throw new FormatException(error);
}
