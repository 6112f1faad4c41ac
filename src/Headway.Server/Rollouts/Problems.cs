using Headway.Core;
using Headway.Server.Specs;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Rollouts;

/// <summary>RFC 9457 problems that name what there is instead.</summary>
internal static class Problems
{
    public static IResult NotFound(string kind, string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var nearest = NearestWord.To(name, names) is { } near ? $" Did you mean `{near}`?" : "";
        var list = names.Length == 0 ? $"There is no {kind} yet." : $"There are: {string.Join(", ", names.Take(20))}.";
        return Results.Problem($"There is no {kind} `{name}`.{nearest} {list}", statusCode: 404, title: $"Unknown {kind}");
    }
}
