using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Answers;

/// <summary>
/// Makes values fit to be shown: what is named like a secret or like personal data, and what looks like it, is masked.
/// In doubt it masks. Applied where answers are compared, so that nothing else leaves the node.
/// </summary>
public static partial class Masking
{
    public const string Masked = "***";

    /// <summary>Longer text is not shown at all: nobody can tell what is in it.</summary>
    private const int LongestRead = 200;

    private const int LongestShown = 40;

    private static readonly string[] Fragments =
    [
        "password", "passwd", "passphrase", "secret", "token", "credential", "authorization", "cookie", "session",
        "apikey", "privatekey", "accesskey", "signature", "email", "phone", "mobile", "telephone", "iban", "creditcard",
        "cardnumber", "birth", "passport", "address", "street", "zipcode", "postcode", "latitude", "longitude", "username", "taxid",
        "socialsecurity", "forename", "surname",
    ];

    private static readonly HashSet<string> Whole =
    [
        "pwd", "pw", "pin", "auth", "jwt", "sid", "ssn", "cvv", "cvc", "bic", "pan", "dob", "mail", "tel", "fax", "ip",
        "card", "otp", "csrf", "xsrf", "salt", "nonce", "lat", "lon", "lng", "zip", "city", "gender", "login", "user", "key",
    ];

    [GeneratedRegex(@"[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@]{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Mail { get; }

    [GeneratedRegex(@"(?:[0-9][ -]?){12,18}[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex CardLike { get; }

    [GeneratedRegex(@"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{2,4}){3,8}", RegexOptions.CultureInvariant)]
    private static partial Regex IbanLike { get; }

    [GeneratedRegex(@"\+?[0-9][0-9 ()./-]{6,}[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneLike { get; }

    /// <summary>One word of 16 and more letters, digits and signs of Base64, hexadecimal or of a JWT.</summary>
    [GeneratedRegex(@"[A-Za-z0-9+/=_.~-]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque { get; }

    /// <summary>The name alone says that the value is nobody's business.</summary>
    public static bool IsSensitiveKey(string key)
    {
        var plain = string.Concat(key.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return plain.EndsWith("name", StringComparison.Ordinal) || Whole.Contains(plain)
            || Fragments.Any(fragment => plain.Contains(fragment, StringComparison.Ordinal));
    }

    /// <summary>The value itself looks like a secret or like personal data.</summary>
    public static bool IsSensitive(string value) =>
        value.Length > LongestRead || Mail.IsMatch(value) || IbanLike.IsMatch(value)
        || PhoneLike.Matches(value).Any(match => match.Value.Count(char.IsAsciiDigit) >= 8)
        || CardLike.Matches(value).Any(match => PassesLuhn(match.Value))
        || Opaque.Matches(value).Any(match =>
            match.Value.StartsWith("eyJ", StringComparison.Ordinal) || LooksRandom(match.Value));

    /// <summary>Text in quotes, masked where it must be.</summary>
    public static string Quoted(string value) =>
        value.Length > LongestRead ? $"text of {value.Length} characters"
        : IsSensitive(value) ? Masked
        : $"\"{(value.Length > LongestShown ? value[..(LongestShown - 3)] + "..." : value)}\"";

    /// <summary>A number as it was written; a long one may be of a card or a telephone.</summary>
    public static string Number(string raw) =>
        raw.Length > LongestShown || (raw.All(char.IsAsciiDigit) && raw.Length >= 9) ? Masked : raw;

    /// <summary>The value under a name.</summary>
    public static string Text(string key, string? value) =>
        value is null ? "nothing" : IsSensitiveKey(key) ? Masked : Quoted(value);

    /// <summary>A request for people: of its query only the names, and no part of the path that may be somebody's.</summary>
    /// <param name="route">The path with identities left out already.</param>
    /// <param name="query">With its question mark, or empty.</param>
    public static string Request(string method, string route, string query)
    {
        var path = string.Join('/', route.Split('/').Select(Part));
        var names = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Take(10)
            .Select(pair => $"{Part(pair.Split('=')[0])}={Masked}");
        var asked = string.Join('&', names);
        return $"{method} {path}{(asked.Length > 0 ? "?" : "")}{asked}";

        static string Part(string part) => IsSensitive(Uri.UnescapeDataString(part)) ? Masked : part;
    }

    private static bool LooksRandom(string word)
    {
        var digits = word.Count(char.IsAsciiDigit);
        var letters = word.Count(char.IsAsciiLetter);
        return (digits >= 3 && letters >= 1) || (word.Length >= 24 && word.Any(char.IsUpper) && word.Any(char.IsLower));
    }

    private static bool PassesLuhn(string digits)
    {
        var (sum, twice) = (0, false);
        foreach (var digit in digits.Where(char.IsAsciiDigit).Reverse())
        {
            var value = (digit - '0') * (twice ? 2 : 1);
            sum += value > 9 ? value - 9 : value;
            twice = !twice;
        }
        return sum % 10 == 0;
    }
}
