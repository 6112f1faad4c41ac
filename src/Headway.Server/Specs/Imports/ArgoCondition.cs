using System.Text.RegularExpressions;

namespace Headway.Server.Specs.Imports;

/// <summary>
/// `successCondition` and `failureCondition` of Argo Rollouts. A plain comparison with a number becomes a limit; what
/// is more than that becomes a condition in CEL, whose operators are written the same.
/// </summary>
internal static partial class ArgoCondition
{
    [GeneratedRegex(@"^(?:result(?:\[0\])?|default\(result(?:\[0\])?,[^)]*\))\s*(>=|>|<=|<)\s*(-?[0-9]+(?:\.[0-9]+)?)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Plain { get; }

    [GeneratedRegex(@"result(\[0\])?", RegexOptions.CultureInvariant)]
    private static partial Regex Result { get; }

    [GeneratedRegex(@"^!?\(?\s*(isNaN|isInf|len)\(", RegexOptions.CultureInvariant)]
    private static partial Regex OfMissing { get; }

    [GeneratedRegex(@"\b(?!candidate|true|false|and|or|not)[A-Za-z_]+\s*\(|[?#|]\s*\{|\bresult\.",
        RegexOptions.CultureInvariant)]
    private static partial Regex Foreign { get; }

    /// <summary>The key and value in headway.yaml; null when it cannot be said there.</summary>
    public static (string Key, string Value)? Of(string condition, bool isSuccess)
    {
        // What is said of missing results is left to `missing`.
        var parts = condition.Split(["&&", "||"], StringSplitOptions.TrimEntries)
            .Where(part => !OfMissing.IsMatch(part)).ToArray();
        if (parts.Length == 1 && Plain.Match(parts[0]) is { Success: true } plain)
        {
            // A success at or above a number is the candidate's value at least there; a failure there is at most there.
            var isAbove = plain.Groups[1].Value[0] == '>';
            return (isAbove == isSuccess ? "atLeast" : "atMost", plain.Groups[2].Value);
        }
        if (Foreign.IsMatch(condition)) return null;
        var cel = Result.Replace(condition, "candidate.last").Replace(" and ", " && ").Replace(" or ", " || ")
            .Replace("not ", "!");
        return ("badWhen", isSuccess ? $"!({cel})" : cel);
    }
}
