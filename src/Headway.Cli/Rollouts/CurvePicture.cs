using System.Globalization;
using System.Security;
using System.Text;
using Headway.Core.Judging.Explanations;

namespace Headway.Cli.Rollouts;

/// <summary>The curve of an explanation as SVG that stands alone, in the reader's light or dark colours.</summary>
internal static class CurvePicture
{
    private const double Left = 44, Top = 34, Width = 640, Height = 240, Bottom = 40;

    public static string Of(Explanation explained)
    {
        var curve = explained.Curve;
        var (from, to) = curve.Seconds.IsEmpty ? (0, 1) : (curve.Seconds[0], Math.Max(curve.Seconds[^1], curve.Seconds[0] + 1));
        var high = Math.Max(curve.ActsAt, 1) * 1.25;
        var low = -Math.Max(curve.ActsAt, 1) * 0.25;
        double X(double seconds) => Left + Width * (seconds - from) / (to - from);
        double Y(double logE) => Top + Height * (high - Math.Clamp(logE, low, high)) / (high - low);
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 16} {Top + Height + Bottom}" role="img" font-family="system-ui, sans-serif" font-size="12">
            <style>svg {"{"} color: #1a222d; background: #fff {"}"} .bad {"{"} stroke: #b3231b {"}"} @media (prefers-color-scheme: dark) {"{"} svg {"{"} color: #e6eaf0; background: #181d25 {"}"} .bad {"{"} stroke: #ff9089 {"}"} {"}"}</style>
            <title>{Escape($"Evidence against {explained.Candidate}")}</title>
            <text x="{Left}" y="18" fill="currentColor" font-weight="600">{Escape($"{explained.Rollout}: evidence against {explained.Candidate} (log e)")}</text>
            <line class="bad" x1="{Left}" x2="{Left + Width}" y1="{Y(curve.ActsAt):0.#}" y2="{Y(curve.ActsAt):0.#}" stroke-dasharray="6 4" />
            <text x="{Left + 4}" y="{Y(curve.ActsAt) - 5:0.#}" fill="currentColor">taken back from here on ({curve.ActsAt:0.##})</text>
            <line x1="{Left}" x2="{Left + Width}" y1="{Y(0):0.#}" y2="{Y(0):0.#}" stroke="currentColor" opacity="0.4" />
            """);
        foreach (var line in curve.Lines.Reverse())
        {
            var isAll = line.Name == EvidenceCurve.Combined;
            var points = string.Join(' ', curve.Seconds.Select((s, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{X(s):0.#},{Y(line.LogE[i]):0.#}")));
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"currentColor\" stroke-width=\"{(isAll ? 2.5 : 1)}\" opacity=\"{(isAll ? 1 : 0.45)}\" points=\"{points}\"><title>{Escape(line.Name)}</title></polyline>");
        }

        foreach (var part in new[] { 0.0, 0.25, 0.5, 0.75, 1 })
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<text x=\"{Left + Width * part:0.#}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\" fill=\"currentColor\">{from + (to - from) * part:0} s</text>");
        return svg.AppendLine("</svg>").ToString();
    }

    private static string Escape(string text) => SecurityElement.Escape(text);
}
