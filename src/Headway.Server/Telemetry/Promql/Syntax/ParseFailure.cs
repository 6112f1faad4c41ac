namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>A query that is none, with the place where it stops being one.</summary>
public static class ParseFailure
{
    public static QueryFailedException At(string query, int at, string says)
    {
        var before = query.AsSpan(0, Math.Clamp(at, 0, query.Length));
        var line = before.Count('\n') + 1;
        var column = at - before.LastIndexOf('\n');
        return new(FailureKind.BadData, $"{line}:{column}: parse error: {says}");
    }
}
