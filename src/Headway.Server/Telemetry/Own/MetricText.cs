using System.Text;
using Headway.Server.Telemetry.Promql.Http;

namespace Headway.Server.Telemetry.Own;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
public static class MetricText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            if (family.Samples.IsEmpty) continue;
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escaped(family.Help, quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ')
                .Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var sample in family.Samples)
            {
                text.Append(family.Name).Append(sample.Suffix);
                for (var i = 0; i < sample.Labels.Length; i++)
                    text.Append(i == 0 ? '{' : ',').Append(sample.Labels[i].Name).Append("=\"")
                        .Append(Escaped(sample.Labels[i].Value, quotes: true)).Append('"');
                text.Append(sample.Labels.IsEmpty ? " " : "} ").Append(GoFloat.Sample(sample.Value)).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Escaped(string value, bool quotes)
    {
        var text = value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
