namespace Headway.Core.Secrets;

/// <summary>How a secret may be called, and what its value may be.</summary>
public static class SecretName
{
    public const int Longest = 100;

    public const string Says = "letters, digits, `_`, `-`, `.` and `/` between words, at most 100";

    public static bool IsName(string name) =>
        name.Length is > 0 and <= Longest && name.Split('/').All(word => word.Length > 0 && word is not ("." or "..")
            && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'));

    /// <summary>The sentence about a reference that nothing in the store answers to.</summary>
    public static string Unknown(string name, IEnumerable<string> known) =>
        $"There is no secret `{name}`" + (NearestWord.To(name, known) is { } near ? $": did you mean `{near}`?" : ".")
        + $" `headway secrets set {name}` makes one.";
}

public static class SecretValue
{
    /// <summary>What is shorter would be found all over ordinary output, and can be guessed.</summary>
    public const int ShortestBytes = 6;

    public const int LargestBytes = 32 * 1024;

    /// <summary>Of all secrets of one job or release: what masks them is kept in memory.</summary>
    public const int MostBytesTogether = 128 * 1024;

    /// <summary>Null when it can be kept; never repeats the value.</summary>
    public static string? WhyRefused(ReadOnlySpan<byte> value)
    {
        if (value.Length < ShortestBytes)
            return $"The value has {value.Length} bytes. A secret has at least {ShortestBytes}: a shorter one can be "
                + "guessed, and masking it would blot out ordinary output.";
        if (value.Length > LargestBytes)
            return $"The value has {value.Length} bytes; a secret has at most {LargestBytes}.";
        return value.IndexOfAnyExcept(value[0]) < 0 ? "The value is one character again and again." : null;
    }

    /// <summary>Null when it can be a variable of a process.</summary>
    public static string? WhyNoVariable(string secret, ReadOnlySpan<byte> value) =>
        value.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(value)
            ? $"The secret `{secret}` holds bytes that no variable can: write `{{ file: true }}` where it is used."
            : null;
}
