using System.Text.Json;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>package-lock.json of npm, versions 2 and 3: packages by the folder that they are installed in.</summary>
internal static class NpmLock
{
    private const string Folder = "node_modules/";

    public static void Read(string text, BillDraft draft)
    {
        using var document = JsonDocument.Parse(text);
        var packages = Json.Of(document.RootElement, "packages").DistinctBy(each => each.Name)
            .ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal);
        if (packages.Count == 0)
            throw new FormatException("it has no `packages`: npm 7 and newer write them (lockfileVersion 2 or 3)");
        foreach (var (path, package) in packages)
        {
            var from = OwnerOf(path, package, draft);
            foreach (var section in (string[])["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"])
                if (section != "devDependencies" || from == BillDraft.Root)
                    foreach (var need in Json.Of(package, section))
                        if (Resolved(path, need.Name, packages) is { } at) draft.Needs(from, at);
        }
    }

    /// <summary>The root and the workspaces are the service itself.</summary>
    private static string OwnerOf(string path, JsonElement package, BillDraft draft)
    {
        if (Named(path, package) is not { } named) return BillDraft.Root;
        var hashes = (Json.Text(package, "integrity") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(Integrity).OfType<(string Algorithm, string Hex)>().DistinctBy(each => each.Algorithm);
        var properties = Component.None;
        if (Json.Yes(package, "dev")) properties = properties.Add("cdx:npm:package:development", "true");
        if (Json.Text(package, "resolved") is { } from && from.StartsWith("http", StringComparison.Ordinal))
            properties = properties.Add("headway:resolved", from);
        return draft.Add(new(PurlOf(named), named.Space, named.Name, named.Version,
            Component.None.AddRange(hashes.Select(each => KeyValuePair.Create(each.Algorithm, each.Hex))), properties));
    }

    private static (string? Space, string Name, string Version)? Named(string path, JsonElement package)
    {
        var at = path.LastIndexOf(Folder, StringComparison.Ordinal);
        if (at < 0 || Json.Yes(package, "link") || Json.Text(package, "version") is not { } version) return null;
        // An alias is installed under another name than the package's own.
        var name = Json.Text(package, "name") ?? path[(at + Folder.Length)..];
        return name.StartsWith('@') && name.IndexOf('/') is var slash and > 0
            ? (name[..slash], name[(slash + 1)..], version) : (null, name, version);
    }

    private static string PurlOf((string? Space, string Name, string Version) named) =>
        Purl.Of("npm", named.Space, named.Name, named.Version);

    /// <summary>As Node looks for it: in the package's own folder first, then in that of each folder around it.</summary>
    private static string? Resolved(string from, string name, Dictionary<string, JsonElement> packages)
    {
        for (var at = from; ;)
        {
            var path = at.Length == 0 ? Folder + name : $"{at}/{Folder}{name}";
            if (packages.TryGetValue(path, out var found) && Named(path, found) is { } named) return PurlOf(named);
            if (at.Length == 0) return null;
            var outer = at.LastIndexOf($"/{Folder}", StringComparison.Ordinal);
            at = outer > 0 ? at[..outer] : "";
        }
    }

    private static (string, string)? Integrity(string text)
    {
        var dash = text.IndexOf('-');
        var (algorithm, length) = dash < 0 ? (null, 0) : text[..dash] switch
        {
            "sha512" => ("SHA-512", 64), "sha384" => ("SHA-384", 48), "sha256" => ("SHA-256", 32), "sha1" => ("SHA-1", 20),
            _ => (default(string), 0),
        };
        return algorithm is not null && Encoded.Bytes(text[(dash + 1)..]) is { } bytes && bytes.Length == length
            ? (algorithm, Convert.ToHexStringLower(bytes)) : null;
    }
}
