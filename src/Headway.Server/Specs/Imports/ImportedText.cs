using System.Text;

namespace Headway.Server.Specs.Imports;

/// <summary>An import as the sections of a headway.yaml.</summary>
public static class ImportedText
{
    public static string Of(Imported found)
    {
        var text = new StringBuilder();
        if (!found.Objectives.IsEmpty)
            text.Append("objectives: { ")
                .AppendJoin(", ", found.Objectives.Select(o => $"{o.Key}: {o.Value}")).Append(" }\n");
        if (!found.Signals.IsEmpty)
        {
            // With comments alone the section would be empty, which is not what anybody means.
            text.Append(found.Signals.All(s => s.Problem is not null) ? "# evidence:\n" : "evidence:\n");
            foreach (var signal in found.Signals) Append(text, signal);
        }
        if (!found.Canary.IsEmpty)
            text.Append("release:\n  production: { canary: [").AppendJoin(", ", found.Canary).Append("] }\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, ImportedSignal signal)
    {
        var mark = signal.Problem is null ? "" : "# ";
        if (signal.Problem is not null) text.Append("  # Not valid yet: ").Append(signal.Problem).Append(".\n");
        text.Append("  ").Append(mark).Append(signal.Name).Append(":\n");
        foreach (var (key, value) in signal.Keys)
            text.Append("  ").Append(mark).Append("  ").Append(key).Append(": ").Append(Quoted(value)).Append('\n');
    }

    private static string Quoted(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0])
            && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '%' or '/' or ' ')
            ? value : $"'{value.Replace("'", "''")}'";
}
