using System.Globalization;
using System.Text.Json;

namespace Headway.Core.Evidence.Queries;

/// <summary>
/// A way into a JSON document: names and numbers with dots between, `data.result.0.count`; `*` takes all items of a
/// list. No more than that, so that it can be read at a glance.
/// </summary>
public static class JsonPath
{
    private const int MostSteps = 20, MostNumbers = 1000;

    public static QueryProblem? WhyRefused(string path, string what) =>
        path.Split('.') is { Length: <= MostSteps } steps && steps.All(step => step.Trim().Length > 0)
            && !path.StartsWith('$') ? null
            : new($"`{what}` is no path", "names and numbers with dots between, such as `data.result.0.count`");

    /// <summary>The numbers there, or why there are none.</summary>
    public static (double[] Numbers, string? Problem) Find(JsonElement document, string path)
    {
        List<JsonElement> found = [document];
        foreach (var step in path.Split('.').Select(step => step.Trim()))
        {
            var next = found.SelectMany(element => Into(element, step)).Take(MostNumbers + 1).ToList();
            if (next.Count > MostNumbers) return ([], $"`{path}` finds more than {MostNumbers} numbers");
            // An empty list has nothing in it, which is no mistake; a name that is missing is one.
            if (next.Count == 0)
                return ([], step == "*" && found.TrueForAll(e => e.ValueKind == JsonValueKind.Array) ? null
                    : $"`{path}` finds nothing at `{step}`");
            found = next;
        }
        var numbers = found.Select(Number).ToArray();
        return numbers.Any(number => number is null) ? ([], $"`{path}` finds what is not a number")
            : ([.. numbers.Select(number => number!.Value)], null);
    }

    private static JsonElement[] Into(JsonElement element, string step)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return element.TryGetProperty(step, out var value) ? [value] : [];
        if (element.ValueKind != JsonValueKind.Array) return [];
        if (step == "*") return [.. element.EnumerateArray().Take(MostNumbers + 1)];
        return int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < element.GetArrayLength() ? [element[index]] : [];
    }

    private static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String when double.TryParse(
            element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
