using System.Collections.Immutable;
using Headway.Core.Scans.Secrets;
using Xunit;

namespace Headway.Core.Tests.Scans;

/// <summary>The samples are put together here, so that this file holds no secret itself.</summary>
public sealed class SecretSearchTests
{
    private const string Random = "aB3dE7gH9jK2mN5pQ8rS4tU6vW1xY0zZ5cX8vB2nM4kL7jH3";

    public static TheoryData<string, string> Secrets => new()
    {
        { "an AWS access key", "id = " + "AKIA" + "Q3EGRIZ7ZT4BW5LK" },
        { "an AWS secret key", "aws_secret" + "_access_key = " + "k7Jd0Pq2Rt/5Yv8Wz1Xc4Vb6Nm9Lk3Hg+fDsAoI" + "u" },
        { "a GitHub token", "token: gh" + "p_" + Random[..36] },
        { "a GitLab token", "x=glpat" + "-" + Random[..20] },
        { "a Slack token", "xox" + "b-123456789012-" + Random[..24] },
        { "a Stripe key", "sk" + "_live_" + Random[..24] },
        { "an npm token", "//registry.npmjs.org/:_authToken=np" + "m_" + Random[..36] },
        { "a NuGet key", "oy" + "2" + "kq7m3zr9w2x5b8n4c6v1p0s3t7y9u2d5f8g1h4j6k3l" },
        { "a Google API key", "AI" + "za" + Random[..35] },
        { "a JSON web token", "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg" },
        { "an address with a password", "postgres://shop:" + "Tr0ub4dor3" + "@db7.shop.internal:5432/orders" },
        { "a connection string with a password", "Server=sql7.shop.internal;User Id=shop;" + "Password=Tr0ub4dor3;" },
        { "a secret", "clientSecret: \"" + Random[..32] + "\"" },
        { "an Azure storage key", "Account" + "Key=" + string.Concat(Random, Random)[..86] + "==" },
    };

    [Theory, MemberData(nameof(Secrets))]
    public void A_secret_is_found_with_its_line_and_never_shown(string kind, string line)
    {
        var search = new SecretSearch(ImmutableDictionary<string, string>.Empty);
        search.File("src/settings.txt");
        search.Line("nothing here", 1);
        search.Line(line, 2);
        var found = search.Found[0];
        Assert.Equal((kind, "src/settings.txt", 2), (found.Kind, found.Path, found.Line));
        // Any nine characters in a row would be more than what may be shown.
        for (var at = 0; at + 9 <= line.Length; at++)
            if (!line.AsSpan(at, 9).ToString().Any(" =:;/@".Contains) && !kind.Contains(line.Substring(at, 9))) Assert.DoesNotContain(line.Substring(at, 9), found.Says);
    }

    [Theory]
    [InlineData("password = Environment.GetEnvironmentVariable(\"PASSWORD\")")]
    [InlineData("const token = \"a-very-long-name-of-a-thing-in-kebab-case\";")]
    [InlineData("apiKey: \"your-api-key-goes-here-please-replace\"")]
    [InlineData("postgres://user:${PASSWORD}@db.internal/x and https://user:password@example.com/")]
    [InlineData("postgres://postgres:s3cr3tpw@localhost:5432/test")]
    [InlineData("\"integrity\": \"sha512-aB3dE7gH9jK2mN5pQ8rS4tU6vW1xY0zZ5cX8vB2nM4kL7jH3==\"")]
    [InlineData("publicKeyToken=\"b77a5c561934e089b77a5c561934e089\"")]
    [InlineData("secretName: \"Headway.Server.Scans.ChangeScanning\"")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("cancellationTokenSource = \"CreateLinkedTokenSource2024Version1\"")]
    public void What_only_looks_like_one_is_left_alone(string line)
    {
        var search = new SecretSearch(ImmutableDictionary<string, string>.Empty);
        search.File("src/a.cs");
        search.Line(line, 1);
        Assert.Empty(search.Found);
    }

    [Fact]
    public void A_private_key_has_a_body_over_lines_or_in_one()
    {
        var body = string.Concat(Random, "+/", Random)[..64];
        var search = new SecretSearch(ImmutableDictionary<string, string>.Empty);
        search.File("key.pem");
        search.Line("-----BEGIN RSA PRIVATE" + " KEY-----", 1);
        search.Line(body, 2);
        search.File("key.json");
        search.Line("\"key\": \"-----BEGIN PRIVATE" + " KEY-----\\n" + body + "\\n\"", 7);
        search.File("code.cs");
        search.Line("var heading = \"-----BEGIN PRIVATE" + " KEY-----\";", 3);
        search.Line("return heading;", 4);
        Assert.Equal([("key.pem", 1), ("key.json", 7)], search.Found.Select(found => (found.Path, found.Line)));
    }

    [Fact]
    public void A_comment_with_a_reason_or_a_fingerprint_allows_and_a_comment_without_does_not()
    {
        var line = "token: gh" + "p_" + Random[..36];
        SecretSearch Search(string text, params (string, string)[] allowed)
        {
            var search = new SecretSearch(allowed.ToImmutableDictionary(each => each.Item1, each => each.Item2));
            search.File("a.yaml");
            search.Line(text, 1);
            return search;
        }
        var found = Assert.Single(Search(line).Found);
        Assert.Single(Search(line + " # headway:allow-secret").Found);
        Assert.Equal("revoked long ago", Assert.Single(Search(line + " # headway:allow-secret revoked long ago").Allowed).Why);
        Assert.Empty(Search(line, (found.Fingerprint, "a sample")).Found);
        // The fingerprint is of this value at this path: another value in the same line is another secret.
        Assert.Single(Search(line.Replace("aB3", "xB9"), (found.Fingerprint, "a sample")).Found);
    }

    [Fact]
    public void The_list_is_bounded_and_says_so()
    {
        var search = new SecretSearch(ImmutableDictionary<string, string>.Empty);
        search.File("a");
        for (var at = 1; at <= 120; at++) search.Line($"gh" + $"p_{at:000}" + Random[..33], at);
        Assert.True(search.IsFull);
        Assert.Equal(SecretSearch.Most, search.Found.Count);
    }
}
