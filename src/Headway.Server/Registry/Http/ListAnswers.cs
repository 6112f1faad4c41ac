using System.Globalization;
using System.Text;
using Headway.Core.Registry;

namespace Headway.Server.Registry.Http;

/// <summary>Lists: repositories, tags and referrers, in pages where they are asked for or needed.</summary>
internal static class ListAnswers
{
    public static Task CatalogAsync(RegistryRequest request)
    {
        var (most, last) = Page(request);
        // One more than is asked for tells whether there are further ones.
        var names = request.Store.Manifests.Repositories(last, request.MayPull, most + 1);
        if (names.Count > most) Link(request, "/v2/_catalog", names, most);
        return request.JsonAsync(new { repositories = names.Take(most) });
    }

    public static Task TagsAsync(RegistryRequest request, string name)
    {
        var (most, last) = Page(request);
        var tags = request.Store.Manifests.Tags(name, last, most + 1) ?? throw new RegistryRefusedException(
            RefusedFor.NameUnknown, $"There is no repository {name}; it begins with the first push.");
        if (tags.Count > most) Link(request, $"/v2/{name}/tags/list", tags, most);
        return request.JsonAsync(new { name, tags = tags.Take(most) });
    }

    public static Task ReferrersAsync(RegistryRequest request, string name, string digest)
    {
        if (!ContentDigest.IsOne(digest))
            throw new RegistryRefusedException(RefusedFor.DigestInvalid, "Referrers are asked for by a digest.");
        var type = request.Query("artifactType") is { Length: > 0 } wanted ? wanted : null;
        if (type is not null) request.Headers["OCI-Filters-Applied"] = "artifactType";
        var found = request.Store.Manifests.Referrers(name, digest, type, request.Query("last") ?? "");
        var text = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.Index + "\",\"manifests\":[");
        var shown = 0;
        foreach (var one in found)
        {
            if (shown > 0 && text.Length + one.Json.Length > request.Limits.MostReferrerBytes) break;
            if (shown++ > 0) text.Append(',');
            text.Append(one.Json);
        }
        if (shown < found.Count)
            request.Headers.Link = $"</v2/{name}/referrers/{digest}?last={Uri.EscapeDataString(found[shown - 1].Digest)}"
                + (type is null ? "" : $"&artifactType={Uri.EscapeDataString(type)}") + ">; rel=\"next\"";
        return request.BytesAsync(Encoding.UTF8.GetBytes(text.Append("]}").ToString()), MediaTypes.Index);
    }

    private static (int Most, string Last) Page(RegistryRequest request)
    {
        var most = request.Limits.MostListed;
        if (request.Query("n") is { } text)
            most = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
                ? Math.Min(wanted, most)
                : throw new RegistryRefusedException(RefusedFor.PageInvalid, "`n` is how many are wanted, a number.");
        return (most, request.Query("last") ?? "");
    }

    private static void Link(RegistryRequest request, string path, IReadOnlyList<string> names, int most)
    {
        if (most == 0) return;
        request.Headers.Link =
            $"<{path}?last={Uri.EscapeDataString(names[most - 1])}&n={most}>; rel=\"next\"";
    }
}
