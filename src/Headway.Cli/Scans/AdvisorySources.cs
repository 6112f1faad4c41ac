using System.Net.Http.Json;
using System.Text.Json;

namespace Headway.Cli.Scans;

/// <summary>Whether package sources know of vulnerabilities at all. A mirror often has packages and no advisories.</summary>
internal static class AdvisorySources
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Why none of the sources that `dotnet list package` asked can tell, or null when one can.</summary>
    public static async Task<string?> WhyNoneForNuGetAsync(string listed, CancellationToken stop)
    {
        string[] sources;
        try
        {
            using var document = JsonDocument.Parse(listed);
            sources = document.RootElement.TryGetProperty("sources", out var list) && list.ValueKind is JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(source => source.GetString() ?? "")] : [];
        }
        catch (JsonException)
        {
            return "dotnet list package did not answer in JSON.";
        }
        using var http = new HttpClient { Timeout = Limit };
        var said = new List<string>();
        foreach (var source in sources.Where(source => source.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
            if (await WhyNotAsync(http, source, stop) is { } why) said.Add($"{source} {why}");
            else return null;
        return said.Count == 0 ? "No package source was asked." : $"No package source has advisories: {string.Join("; ", said)}.";
    }

    /// <summary>Asked for one that everybody knows (lodash 4.17.4 has several); a registry that does not know it knows none.</summary>
    public static async Task<string?> WhyNoneForNpmAsync(string registry, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Limit };
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri(new Uri(registry.TrimEnd('/') + "/"), "-/npm/v1/security/advisories/bulk"),
                new Dictionary<string, string[]> { ["lodash"] = ["4.17.4"] }, stop);
            if (!answer.IsSuccessStatusCode) return $"The registry {registry} has no advisories: it answers {(int)answer.StatusCode}.";
            var known = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
            return known.ValueKind is JsonValueKind.Object && known.EnumerateObject().Any() ? null
                : $"The registry {registry} has no advisories: it does not know the one about lodash 4.17.4.";
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return $"The registry {registry} could not be asked for advisories: {e.Message}";
        }
    }

    /// <summary>The resource `VulnerabilityInfo` of a NuGet source, and at least one page of it.</summary>
    private static async Task<string?> WhyNotAsync(HttpClient http, string source, CancellationToken stop)
    {
        try
        {
            var index = await http.GetFromJsonAsync<JsonElement>(source, stop);
            var resource = index.GetProperty("resources").EnumerateArray().FirstOrDefault(each =>
                each.GetProperty("@type").GetString()?.StartsWith("VulnerabilityInfo/", StringComparison.Ordinal) == true);
            if (resource.ValueKind is JsonValueKind.Undefined) return "offers none";
            var pages = await http.GetFromJsonAsync<JsonElement>(resource.GetProperty("@id").GetString(), stop);
            if (pages.ValueKind is not JsonValueKind.Array || pages.GetArrayLength() == 0) return "has an empty list of them";
            var first = await http.GetFromJsonAsync<JsonElement>(pages[0].GetProperty("@id").GetString(), stop);
            return first.ValueKind is JsonValueKind.Object && first.EnumerateObject().Any() ? null : "has an empty list of them";
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return $"could not be asked ({e.Message})";
        }
    }
}
