using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>A certification authority of the test's own and a broker's certificate signed by it, for 127.0.0.1, as PEM files.</summary>
public sealed class BrokerCertificates
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(2);

    private BrokerCertificates(string folder)
    {
        AuthorityFile = Path.Combine(folder, "authority.pem");
        BrokerFile = Path.Combine(folder, "broker.pem");
    }

    /// <summary>What clients trust.</summary>
    public string AuthorityFile { get; }

    /// <summary>The broker's private key and its chain of certificates.</summary>
    public string BrokerFile { get; }

    public static BrokerCertificates WriteTo(string folder)
    {
        var files = new BrokerCertificates(folder);
        using var authorityKey = RSA.Create(2048);
        using var authority = Authority(authorityKey);
        using var brokerKey = RSA.Create(2048);
        using var broker = Broker(brokerKey, authority);
        var certificates = $"{broker.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n";
        File.WriteAllText(files.AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(files.BrokerFile, $"{brokerKey.ExportPkcs8PrivateKeyPem()}\n{certificates}");
        return files;
    }

    private static X509Certificate2 Authority(RSA key)
    {
        var request = Request("CN=authority of a test", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now - Validity, now + Validity);
    }

    private static X509Certificate2 Broker(RSA key, X509Certificate2 authority)
    {
        var request = Request("CN=broker of a test", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.Create(authority, now - (Validity / 2), now + (Validity / 2), RandomNumberGenerator.GetBytes(8));
    }

    private static CertificateRequest Request(string name, RSA key) =>
        new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
