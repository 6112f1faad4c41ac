using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Headway.Core.Secrets.Masking;
using Xunit;

namespace Headway.Core.Tests.Secrets;

public sealed class MaskingTests(ITestOutputHelper output)
{
    private const string Secret = "p4ss'w\"o+r/d &%é$";
    private const string Key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nshort\nAgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----\n";

    public static TheoryData<string, string> Looks => new()
    {
        { "plain", Secret },
        { "base64 of it alone", Base64(Secret) },
        { "base64 with one byte before", Base64("x" + Secret + "yz") },
        { "base64 with two bytes before", Base64("xy" + Secret + "z") },
        { "base64 of basic authentication", Base64("admin:" + Secret) },
        { "base64 for URLs without padding", Base64("ab" + Secret).Replace('+', '-').Replace('/', '_').TrimEnd('=') },
        { "URL", Uri.EscapeDataString(Secret) },
        { "URL in lower case", Lower(Uri.EscapeDataString(Secret)) },
        { "form", Uri.EscapeDataString(Secret).Replace("%20", "+") },
        { "hex", Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)) },
        { "hex in lower case", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)) },
        { "JSON", JsonSerializer.Serialize(Secret, Wire.Json).Trim('"') },
        { "JSON as .NET writes it", JsonSerializer.Serialize(Secret).Trim('"') },
        { "shell, in single quotes", Secret.Replace("'", "'\\''") },
        { "shell, in double quotes", Secret.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("$", "\\$") },
    };

    [Theory, MemberData(nameof(Looks))]
    public void A_secret_is_masked_however_it_is_written(string how, string look)
    {
        var masked = MaskOf(Secret).Cover($"before <{look}> after");
        Assert.Contains("***", masked);
        Assert.StartsWith("before <", masked);
        Assert.EndsWith("> after", masked);
        // Of base64 the letters at either end may also hold bits of what stands beside the secret.
        var shown = masked["before <".Length..^"> after".Length].Replace("***", "");
        Assert.True(shown.Length <= 12, $"{how}: {masked}");
        Assert.DoesNotContain(Secret[..4], masked);
    }

    [Fact]
    public void However_output_is_cut_the_same_is_masked_and_nothing_else_is_lost()
    {
        string[] secrets = ["abcdefgh", "abcdefghijkl", "fghij0123456", "ababababac", "ghghgh-x", Secret, Key];
        var automaton = MaskOf(secrets);
        var random = new Random(4711);
        for (var round = 0; round < 400; round++)
        {
            var text = Encoding.UTF8.GetBytes(Mixed(random, secrets));
            var whole = Masked(automaton, [text]);
            Assert.Equal(whole, Masked(automaton, text.Select(letter => new[] { letter })));
            Assert.Equal(whole, Masked(automaton, Cut(random, text)));
            Assert.Equal(Slowly(secrets, text), whole);
            foreach (var secret in secrets.Where(s => s != Key)) Assert.DoesNotContain(secret, whole);
        }
    }

    [Fact]
    public void Every_line_of_a_key_is_masked_wherever_it_stands_but_not_what_says_that_it_is_a_key()
    {
        var masked = MaskOf(Key).Cover("-----BEGIN PRIVATE KEY-----\n  MIGHAgEAMBMGByqGSM49\nand AgEGCCqGSM49AwEHBG0w!");
        Assert.Equal("-----BEGIN PRIVATE KEY-----\n  ***\nand ***!", masked);
        Assert.Equal("a *** b", MaskOf(Key).Cover($"a {Key.TrimEnd()} b"));
    }

    [Fact]
    public void A_beginning_is_held_and_at_the_end_masked_and_what_was_none_is_shown()
    {
        var (mask, shown) = (new MaskedOutput(MaskOf("correct-horse")), new ArrayBufferWriter<byte>());
        mask.Write("the corr"u8, shown);
        Assert.Equal("the ", Text(shown));
        mask.Write("idor"u8, shown);
        Assert.Equal("the corridor", Text(shown));
        mask.Write(" correct-hor"u8, shown);
        Assert.Equal("the corridor ", Text(shown));
        mask.End(shown);
        Assert.Equal("the corridor ***", Text(shown));
        mask.Write("se co"u8, shown);
        mask.End(shown);
        Assert.Equal("the corridor ***se co", Text(shown));
    }

    [Fact]
    public void What_is_held_is_bounded_also_when_output_is_all_beginnings()
    {
        var secret = new string('a', 5000) + "b";
        var (mask, shown) = (new MaskedOutput(MaskOf(secret)), new ArrayBufferWriter<byte>());
        for (var i = 0; i < 200; i++)
        {
            mask.Write(Encoding.ASCII.GetBytes(new string('a', 777)), shown);
            Assert.True(mask.Held <= SecretPatterns.LongestPiece + 16);
        }
    }

    [Fact]
    public void Covering_in_place_keeps_the_length_and_says_what_may_go_on()
    {
        var text = "one correct-horse two correct"u8.ToArray();
        Assert.True(MaskOf("correct-horse").Cover(text, out var waiting));
        Assert.Equal("one ************* two correct", Encoding.UTF8.GetString(text));
        Assert.Equal("correct".Length, waiting);
        var search = new MaskSearch(MaskOf("correct-horse"));
        Assert.False(search.Feed("one correct-"u8));
        Assert.True(search.Feed("horse"u8));
    }

    [Fact]
    public void Base64_that_a_tool_broke_into_lines_is_masked_line_by_line()
    {
        var secret = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i * 7919:x}-"));
        var encoded = Base64(secret);
        var broken = string.Join('\n', encoded.Chunk(76).Select(line => new string(line)));
        Assert.Equal(string.Join('\n', encoded.Chunk(76).Select(_ => "***")), MaskOf(secret).Cover(broken));
    }

    [Fact]
    public void Ordinary_output_passes_quickly()
    {
        var automaton = MaskOf([.. Enumerable.Range(0, 50).Select(i => $"{i * 7919:x8}-token-{i * 104729:x8}")]);
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
            "[12:34:56 INF] Restored /home/job/src/Shop/Shop.csproj (in 1.2 s), token of 0000 was used 17 times.\n", 20_000)));
        Masked(automaton, [text]);
        var clock = Stopwatch.StartNew();
        const int rounds = 20;
        for (var i = 0; i < rounds; i++) Masked(automaton, [text], keep: false);
        var rate = text.Length * (double)rounds / clock.Elapsed.TotalSeconds / 1e6;
        output.WriteLine($"{rate:0} MB/s with {automaton.States} states");
        Assert.Contains("token of 0000", Masked(automaton, [text]));
    }

    private static MaskAutomaton MaskOf(params string[] secrets) => MaskAutomaton.OfSecrets(secrets.Select(Encoding.UTF8.GetBytes));

    private static string Mixed(Random random, string[] secrets)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            var secret = secrets[random.Next(secrets.Length)];
            text.Append(random.Next(6) switch
            {
                0 => secret,
                1 => secret[..random.Next(secret.Length)],
                2 => secret[random.Next(secret.Length)..],
                3 => Base64(new string('x', random.Next(3)) + secret),
                4 => Uri.EscapeDataString(secret),
                _ => new string((char)('a' + random.Next(8)), random.Next(5)),
            });
        }
        return text.ToString();
    }

    private static IEnumerable<byte[]> Cut(Random random, byte[] text)
    {
        for (var from = 0; from < text.Length;)
        {
            var to = Math.Min(text.Length, from + random.Next(0, 9));
            yield return text[from..to];
            from = to;
        }
    }

    private static string Masked(MaskAutomaton automaton, IEnumerable<byte[]> pieces, bool keep = true)
    {
        var (mask, shown) = (new MaskedOutput(automaton), new ArrayBufferWriter<byte>());
        foreach (var piece in pieces) mask.Write(piece, shown);
        mask.End(shown);
        return keep ? Text(shown) : "";
    }

    /// <summary>The same by its definition: each pattern is looked for at each place.</summary>
    private static string Slowly(string[] secrets, byte[] text)
    {
        var patterns = secrets.SelectMany(secret => SecretPatterns.Of(Encoding.UTF8.GetBytes(secret))).ToList();
        var marks = new bool[text.Length];
        foreach (var pattern in patterns)
            for (var i = 0; i + pattern.Length <= text.Length; i++)
                if (text.AsSpan(i).StartsWith(pattern)) Array.Fill(marks, true, i, pattern.Length);
        var beginning = Enumerable.Range(0, text.Length).FirstOrDefault(
            i => patterns.Exists(pattern => pattern.AsSpan().StartsWith(text.AsSpan(i))), text.Length);
        if (text.Length - beginning >= MaskedOutput.ShortestBeginning) Array.Fill(marks, true, beginning, text.Length - beginning);
        var shown = new List<byte>();
        for (var i = 0; i < text.Length; i++)
            if (!marks[i]) shown.Add(text[i]);
            else if (i == 0 || !marks[i - 1]) shown.AddRange("***"u8);
        return Encoding.UTF8.GetString([.. shown]);
    }

    private static string Text(ArrayBufferWriter<byte> shown) => Encoding.UTF8.GetString(shown.WrittenSpan);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Lower(string encoded) => System.Text.RegularExpressions.Regex.Replace(encoded, "%..", hex => hex.Value.ToLowerInvariant());
}
