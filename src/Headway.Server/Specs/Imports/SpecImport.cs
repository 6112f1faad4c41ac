using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>
/// Reads a Kayenta canary configuration, a Flagger Canary or Argo's AnalysisTemplates and Rollouts, and says what they
/// become in headway.yaml. Never throws, whatever it is given.
/// </summary>
public static class SpecImport
{
    public static (Imported Found, ImmutableArray<SpecProblem> Problems) Read(string fileName, string text)
    {
        var problems = new ProblemList(fileName);
        // JSON may be indented by tabs, which YAML does not allow.
        if (text.TrimStart() is ['{' or '[', ..]) text = text.Replace('\t', ' ');
        var documents = SpecText.IsReadable(text, problems) ? ForeignDocuments.Of(text, problems) : [];
        var found = Imported.Nothing;
        foreach (var document in documents)
            found = found.And(
                ArgoImport.Knows(document) ? ArgoImport.Of(document)
                : FlaggerImport.Knows(document) ? FlaggerImport.Of(document, documents)
                : KayentaImport.Knows(document) ? KayentaImport.Of(document)
                : document.Text("kind") == "MetricTemplate" ? Imported.Nothing
                : Imported.Nothing with { Left = [Unknown(document)] });
        if (found.From.IsEmpty && problems.Count == 0)
            problems.Add(new(1, 1), "nothing in this file is known",
                "an Argo AnalysisTemplate or Rollout, a Flagger Canary, or a Kayenta canary configuration");
        return (Checked(found), problems.ToImmutable());
    }

    private static string Unknown(SpecNode document) =>
        $"A document of kind `{document.Text("kind") ?? "none"}` at line {document.At.Line} is not known.";

    /// <summary>What `validate` would refuse is written as a comment, with its reason.</summary>
    private static Imported Checked(Imported found)
    {
        var signals = found.Signals.Select((signal, i) => signal with
        {
            Name = found.Signals.Take(i).Any(before => before.Name == signal.Name)
                ? $"{signal.Name}-{i + 1}" : signal.Name,
        }).Select(signal => signal.Problem is not null ? signal : signal with { Problem = ProblemOf(signal) });
        return found with { Signals = [.. signals] };
    }

    private static string? ProblemOf(ImportedSignal signal)
    {
        var alone = Imported.Nothing with { Signals = [signal] };
        var reading = SpecReader.Read("import", $"service: a\nrun: {{ command: x }}\n{ImportedText.Of(alone)}");
        return reading.Problems.IsEmpty ? null : reading.Problems[0].Says;
    }
}
