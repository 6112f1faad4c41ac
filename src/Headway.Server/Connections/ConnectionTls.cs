using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Headway.Server.Connections;

/// <summary>Whom a connection trusts, and what it shows of itself.</summary>
internal static class ConnectionTls
{
    public static SslClientAuthenticationOptions Options(Connection? connection)
    {
        var options = new SslClientAuthenticationOptions();
        if (connection?.Authority is { } authority)
        {
            options.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(authority));
        }
        if (connection?.ClientCertificate is { } own) options.ClientCertificates = [Own(own)];
        if (connection is { Insecure: true }) Trust(options);
        return options;
    }

    public static X509Certificate2Collection Authorities(string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    public static X509Certificate2 Own(string pem) => X509Certificate2.CreateFromPem(pem, pem);

    /// <summary>Only where a person has asked for it in as many words, and is told so at every turn.</summary>
    private static void Trust(SslClientAuthenticationOptions options) =>
#pragma warning disable CA5359
        options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
}
