namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// What makes a broker take clients over TLS only, and only those that prove who they are (PLAIN or SCRAM-SHA-512) and are
/// allowed what they ask for: without an ACL a user may do nothing.
/// </summary>
/// <param name="users">Those that the broker knows, with their passwords.</param>
public sealed class BrokerSecurity(params IReadOnlyList<(string Name, string Password)> users)
{
    public const string Plain = "PLAIN";
    public const string Scram = "SCRAM-SHA-512";

    /// <summary>A user who may do everything.</summary>
    public const string Admin = "admin";
    public const string AdminPassword = "of-the-tests-own-administrator";

    private const string Modules = "org.apache.kafka.common.security";

    private static readonly string Login =
        $"""{Modules}.scram.ScramLoginModule required username="{Admin}" password="{AdminPassword}";""";

    private BrokerCertificates? _certificates;

    /// <summary>The PEM file that clients trust; there from the broker's start on.</summary>
    public string AuthorityFile => _certificates!.AuthorityFile;

    private IEnumerable<(string Name, string Password)> All => users.Append((Admin, AdminPassword));

    /// <summary>Arguments of <c>kafka-storage.sh format</c>: the users.</summary>
    public IEnumerable<string> FormatArguments =>
        All.SelectMany(user => new[] { "--add-scram", $"{Scram}=[name={user.Name},password={user.Password}]" });

    private string PlainLogin =>
        $"""{Modules}.plain.PlainLoginModule required {string.Join(' ', All.Select(user => $"user_{user.Name}=\"{user.Password}\""))};""";

    /// <summary>The file that Kafka's own tools log in with, as the admin.</summary>
    public static string ToolFile(string folder) => Path.Combine(folder, "tools.properties");

    /// <summary>A client's settings for one of the users.</summary>
    public Dictionary<string, string> Client(string user, string password, string mechanism = Plain) =>
        new()
        {
            ["security.protocol"] = "SASL_SSL",
            ["sasl.mechanism"] = mechanism,
            ["sasl.username"] = user,
            ["sasl.password"] = password,
            ["ssl.ca.location"] = AuthorityFile,
        };

    /// <summary>Makes the certificates, and the file of the tools.</summary>
    /// <returns>The broker's properties; its listener is named SASL_SSL.</returns>
    public string Prepare(string folder)
    {
        _certificates = BrokerCertificates.WriteTo(folder);
        File.WriteAllText(
            ToolFile(folder),
            $"""
            security.protocol=SASL_SSL
            sasl.mechanism={Scram}
            sasl.jaas.config={Login}
            ssl.truststore.type=PEM
            ssl.truststore.location={AuthorityFile}

            """
        );
        return $"""
            inter.broker.listener.name=SASL_SSL
            sasl.enabled.mechanisms={Scram},{Plain}
            sasl.mechanism.inter.broker.protocol={Scram}
            listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={Login}
            listener.name.sasl_ssl.plain.sasl.jaas.config={PlainLogin}
            ssl.keystore.type=PEM
            ssl.keystore.location={_certificates.BrokerFile}
            ssl.truststore.type=PEM
            ssl.truststore.location={AuthorityFile}
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            super.users=User:{Admin};User:ANONYMOUS

            """;
    }
}
