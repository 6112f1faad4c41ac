using System.Text;
using System.Text.RegularExpressions;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>`label_replace` and `label_join`.</summary>
internal static class LabelFunctions
{
    public static List<Row> Replace(List<Row> rows, string target, string replacement, string source, string pattern)
    {
        Regex regex;
        try
        {
            regex = LabelPattern.Compile(pattern);
        }
        catch (ArgumentException)
        {
            throw QueryFailedException.Execution($"invalid regular expression in label_replace(): {pattern}");
        }
        if (!LabelNames.IsOne(target))
            throw QueryFailedException.Execution($"invalid destination label name in label_replace(): {target}");
        for (var i = 0; i < rows.Count; i++)
            if (regex.Match(rows[i].Labels.Get(source)) is { Success: true } match)
                rows[i] = rows[i] with { Labels = rows[i].Labels.With(target, Expanded(replacement, match)) };
        return Distinct.Of(rows);
    }

    public static List<Row> Join(List<Row> rows, string target, string separator, string[] sources)
    {
        foreach (var source in sources)
            if (!LabelNames.IsOne(source))
                throw QueryFailedException.Execution($"invalid source label name in label_join(): {source}");
        if (!LabelNames.IsOne(target))
            throw QueryFailedException.Execution($"invalid destination label name in label_join(): {target}");
        for (var i = 0; i < rows.Count; i++)
        {
            var labels = rows[i].Labels;
            rows[i] = rows[i] with { Labels = labels.With(target, string.Join(separator, sources.Select(labels.Get))) };
        }
        return Distinct.Of(rows);
    }

    /// <summary>`$1`, `${1}`, `$name` and `$$`, where a name is as long as it can be: `$1x` is the group `1x`.</summary>
    private static string Expanded(string template, Match match)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            if (template[i] != '$')
            {
                text.Append(template[i++]);
                continue;
            }
            if (i + 1 < template.Length && template[i + 1] == '$')
            {
                text.Append('$');
                i += 2;
                continue;
            }
            var braced = i + 1 < template.Length && template[i + 1] == '{';
            var (from, end) = (i + (braced ? 2 : 1), i + (braced ? 2 : 1));
            while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_')) end++;
            if (end == from || (braced && (end >= template.Length || template[end] != '}')))
            {
                text.Append(template[i++]);
                continue;
            }
            text.Append(match.Groups[template[from..end]].Value);
            i = braced ? end + 1 : end;
        }
        return text.ToString();
    }
}
