using System.Security.Cryptography;
using System.Text;
using Headway.Core.SupplyChain;
using Xunit;

namespace Headway.Core.Tests.SupplyChain;

public sealed class DsseTests
{
    /// <summary>The example of the specification of DSSE.</summary>
    [Fact]
    public void What_is_signed_is_type_and_payload_with_their_lengths() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        Encoding.UTF8.GetString(DsseEnvelope.Signed("http://example.com/HelloWorld", "hello world"u8.ToArray())));

    [Fact]
    public void A_payload_cannot_be_read_as_part_of_the_type() => Assert.NotEqual(
        DsseEnvelope.Signed("a 1 b", "c"u8.ToArray()), DsseEnvelope.Signed("a", "b 1 c"u8.ToArray()));

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("RSA")]
    public void Keys_of_the_kinds_that_cosign_uses_are_read_and_verify(string kind)
    {
        using AsymmetricAlgorithm key = kind == "RSA" ? RSA.Create(2048)
            : ECDsa.Create(kind == "P-384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        var data = "said"u8.ToArray();
        var signature = key is RSA rsa ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var (read, problem) = VerifyingKey.Read("ann", key.ExportSubjectPublicKeyInfoPem());
        Assert.Null(problem);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), read!.Id);
        Assert.True(read.Verifies(data, signature));
        Assert.False(read.Verifies("sald"u8.ToArray(), signature));
        signature[^1] ^= 1;
        Assert.False(read.Verifies(data, signature));
        Assert.False(read.Verifies(data, []));
    }

    [Fact]
    public void What_is_no_public_key_is_refused_with_a_sentence()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Contains("no public key", VerifyingKey.Read("a", own.ExportPkcs8PrivateKeyPem()).Problem);
        Assert.Contains("no public key", VerifyingKey.Read("a", "hello").Problem);
        using var small = RSA.Create(1024);
        Assert.Contains("2048", VerifyingKey.Read("a", small.ExportSubjectPublicKeyInfoPem()).Problem);
        Assert.Contains("cannot be read", VerifyingKey.Read("a", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").Problem);
        Assert.Contains("at most", VerifyingKey.Read("a", new string('x', VerifyingKey.LongestPem + 1)).Problem);
    }
}
