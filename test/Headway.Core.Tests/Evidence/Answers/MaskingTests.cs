using System.Collections.Immutable;
using System.Text;
using Headway.Core.Evidence.Answers;
using Xunit;

namespace Headway.Core.Tests.Evidence.Answers;

public sealed class MaskingTests
{
    [Theory]
    [InlineData("ann.miller@example.org")]
    [InlineData("write to ann@example.org today")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("5500-0000-0000-0004")]
    [InlineData("DE89 3704 0044 0532 0130 00")]
    [InlineData("GB29NWBK60161331926819")]
    [InlineData("+49 170 1234567")]
    [InlineData("call (030) 901820-33 now")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")]
    [InlineData("3f786850e387550fdab836ed7e6dc881de23001b")]
    [InlineData("6f1ed002-ab59-4a5d-9c1f-1a2b3c4d5e6f")]
    [InlineData("c2VjcmV0LXZhbHVlLW9mLXNvbWVib2R5")]
    [InlineData("sk_live_51H8xYz2eZvKYlo2C")]
    public void A_value_that_looks_like_a_secret_or_like_somebody_is_masked(string value)
    {
        Assert.Equal(Masking.Masked, Masking.Quoted(value));
        Assert.DoesNotContain(value, Masking.Request("GET", $"/users/{Uri.EscapeDataString(value)}", ""));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("userPassword")]
    [InlineData("access_token")]
    [InlineData("client-secret")]
    [InlineData("Authorization")]
    [InlineData("Set-Cookie")]
    [InlineData("apiKey")]
    [InlineData("email")]
    [InlineData("phoneNumber")]
    [InlineData("firstName")]
    [InlineData("name")]
    [InlineData("iban")]
    [InlineData("dateOfBirth")]
    [InlineData("billingAddress")]
    public void What_is_named_like_a_secret_or_like_somebody_is_masked(string key)
    {
        foreach (var body in new[] { $"{{\"{key}\":\"plain\"}}", $"{{\"{key}\":{{\"deep\":[\"plain\"]}}}}" })
        {
            var says = Assert.Single(Diff(body, body.Replace("plain", "other", StringComparison.Ordinal))).Says;
            Assert.DoesNotContain("plain", says);
            Assert.EndsWith("*** -> ***", says);
        }
    }

    [Fact]
    public void Keys_that_are_data_are_masked_in_the_path()
    {
        var says = Assert.Single(Diff("""{"by":{"ann@example.org":1}}""", """{"by":{"ann@example.org":2}}""")).Says;
        Assert.Equal("$.by.*** 1 -> 2", says);
    }

    [Theory]
    [InlineData("shipped")]
    [InlineData("2 items in stock")]
    public void Plain_words_are_shown(string value) => Assert.Equal($"\"{value}\"", Masking.Quoted(value));

    [Fact]
    public void Long_text_is_cut_and_very_long_text_is_not_shown_at_all()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 20));
        Assert.Equal(42, Masking.Quoted(words).Length);
        Assert.Equal("text of 500 characters", Masking.Quoted(new string(' ', 500)));
    }

    [Theory]
    [InlineData("12.5", "12.5")]
    [InlineData("4111111111111111", "***")]
    [InlineData("491701234567", "***")]
    public void Numbers_as_long_as_a_telephone_number_are_masked(string raw, string shown) =>
        Assert.Equal(shown, Masking.Number(raw));

    [Fact]
    public void Of_a_query_only_the_names_are_shown() => Assert.Equal(
        "GET /search?q=***&page=***", Masking.Request("GET", "/search", "?q=ann%20miller&page=2"));

    private static ImmutableArray<Difference> Diff(string was, string now) => new AnswerDiff(new()).Of(Json(was), Json(now));

    private static Answer Json(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new(200, ImmutableSortedDictionary<string, string>.Empty.Add("content-type", "application/json"), bytes, bytes.Length, null);
    }
}
