using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Judging.Vectors;

/// <summary>A file of numbers that the judge must reproduce, in the format of docs/concepts/judge.md.</summary>
/// <param name="Tolerance">Largest allowed error: absolute below 1, relative above.</param>
/// <param name="Unknown">Fields that this version does not know and therefore does not check.</param>
public sealed record VectorFile(
    string Title, double Tolerance, ImmutableArray<VectorCase> Cases, ImmutableArray<VectorCombination> Combinations,
    ImmutableArray<string> Unknown)
{
    /// <summary>Throws <see cref="VectorFormatException"/> with the place and what was expected.</summary>
    public static VectorFile Parse(string json)
    {
        using var document = Document(json);
        var root = new VectorNode(document.RootElement, "", []);
        root.MustBeObject();
        var title = root.Text("title") ?? "";
        var tolerance = root.Need("tolerance").Number();
        if (!(tolerance > 0)) throw new VectorFormatException("tolerance", "a number above 0");
        CheckFields(root);
        root.Skip("doc");
        var cases = root.Items("cases").Select(VectorCase.Read).ToImmutableArray();
        var combinations = root.Items("combine").Select(VectorCombination.Read).ToImmutableArray();
        if (cases.IsEmpty && combinations.IsEmpty) throw new VectorFormatException("cases", "at least one case");
        root.ReportRest();
        return new(title, tolerance, cases, combinations, [.. root.Unknown]);
    }

    private static void CheckFields(VectorNode root)
    {
        string[] expected = ["canary_n", "canary_k", "stable_n", "stable_k"];
        if (root.Optional("tick_fields") is not { } fields) return;
        if (!fields.Items().Select(f => f.Text()).SequenceEqual(expected))
            throw new VectorFormatException("tick_fields", $"[{string.Join(", ", expected)}]");
    }

    private static JsonDocument Document(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException problem)
        {
            throw new VectorFormatException(
                $"line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}", "valid JSON");
        }
    }
}

/// <summary>The file does not have the expected form.</summary>
public sealed class VectorFormatException(string where, string expected)
    : Exception($"{(where.Length == 0 ? "The file" : where)}: expected {expected}.");
