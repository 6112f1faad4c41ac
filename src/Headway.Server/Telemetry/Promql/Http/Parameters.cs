using System.Globalization;
using System.Text.RegularExpressions;
using Headway.Server.Telemetry.Promql.Syntax;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>Parameters of a request: those of a posted form, and those of the address.</summary>
internal sealed partial class Parameters(IFormCollection? form, IQueryCollection query)
{
    /// <summary>Milliseconds that leave room for offsets and ranges.</summary>
    private const double Furthest = long.MaxValue / 4.0;

    public static async Task<Parameters> OfAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return new(null, context.Request.Query);
        try
        {
            return new(await context.Request.ReadFormAsync(context.RequestAborted), context.Request.Query);
        }
        catch (InvalidDataException e)
        {
            throw new QueryFailedException(FailureKind.BadData, $"error parsing form values: {e.Message}");
        }
    }

    public string? Text(string name) =>
        form is not null && form.TryGetValue(name, out var posted) && posted.Count > 0 ? posted[0]
        : query.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;

    public IEnumerable<string> All(string name)
    {
        var posted = form is not null && form.TryGetValue(name, out var values) ? values : StringValues.Empty;
        return posted.Concat(query.TryGetValue(name, out var others) ? others : StringValues.Empty)
            .Select(value => value ?? "");
    }

    /// <summary>Milliseconds since 1970, of a number of seconds or RFC 3339.</summary>
    public long? Time(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        if (Number(text) is { } seconds && Math.Abs(seconds * 1000) < Furthest) return (long)Math.Round(seconds * 1000);
        if (Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time)) return time.ToUnixTimeMilliseconds();
        throw Invalid(name, $"cannot parse {QuotedText.Of(text)} to a valid timestamp");
    }

    public long NeededTime(string name) =>
        Time(name) ?? throw Invalid(name, "cannot parse \"\" to a valid timestamp");

    /// <summary>Milliseconds, of a number of seconds or a duration such as `15s`.</summary>
    public long? Duration(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        if (Number(text) is { } seconds)
            return Math.Abs(seconds * 1000) < Furthest / 1e6 ? (long)(seconds * 1000)
                : throw Invalid(name, $"cannot parse {QuotedText.Of(text)} to a valid duration. It overflows int64");
        return PromDuration.Read(text) ?? throw Invalid(name, $"cannot parse {QuotedText.Of(text)} to a valid duration");
    }

    public long NeededDuration(string name) =>
        Duration(name) ?? throw Invalid(name, "cannot parse \"\" to a valid duration");

    /// <summary>How many entries are wanted at most; all without it or with 0.</summary>
    public int Limit() => Text("limit") is not { Length: > 0 } text ? int.MaxValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit == 0 ? int.MaxValue : limit
            : throw Invalid("limit", "limit must be non-negative");

    public static QueryFailedException Invalid(string name, string says) =>
        new(FailureKind.BadData, $"invalid parameter {QuotedText.Of(name)}: {says}");

    private static double? Number(string text) => NumberText.Float(text) is { } number && !double.IsNaN(number) ? number : null;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\z")]
    private static partial Regex Rfc3339();
}
