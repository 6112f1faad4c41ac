using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Headway.Core.Releases;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>
/// What a service is made of, from its lock files, as CycloneDX 1.6. The same commit gives the same bytes: sorted, with the
/// commit's own time and a serial number that is made of the content.
/// </summary>
public static class BillOfMaterials
{
    /// <param name="left">Lock files that were not read, each with the reason.</param>
    public static JsonObject Of(
        string service, Commit commit, string headway, IEnumerable<LockFile> files, IEnumerable<(string Path, string Why)> left)
    {
        var draft = new BillDraft();
        var (read, notRead) = (new List<string>(), left.ToList());
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            if (Read(file, draft) is { } why) notRead.Add((file.Path, why));
            else read.Add(file.Path);
        var root = $"pkg:generic/{Uri.EscapeDataString(service)}@{commit.Sha}";
        var properties = Properties(read.Select(path => ("headway:lockFile", path))
            .Concat(notRead.OrderBy(each => each.Path, StringComparer.Ordinal)
                .Select(each => ("headway:lockFile:notRead", $"{each.Path}: {each.Why}"))));
        var bill = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = commit.CommittedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["tools"] = new JsonObject
                {
                    ["components"] = new JsonArray(new JsonObject
                    {
                        ["type"] = "application", ["name"] = "headway", ["version"] = headway,
                    }),
                },
                ["component"] = new JsonObject
                {
                    ["type"] = "application", ["bom-ref"] = root, ["name"] = service, ["version"] = commit.Sha,
                },
                ["properties"] = properties,
            },
            ["components"] = new JsonArray([.. draft.Components.Values.Select(ComponentOf)]),
            ["dependencies"] = new JsonArray([DependencyOf(root, draft.NeededBy(BillDraft.Root)),
                .. draft.Components.Keys.Select(purl => DependencyOf(purl, draft.NeededBy(purl)))]),
        };
        if (properties.Count == 0) ((JsonObject)bill["metadata"]!).Remove("properties");
        bill.Insert(2, "serialNumber", SerialOf(bill.ToJsonString(Wire.Json)));
        return bill;
    }

    /// <summary>Null when it was read, else why not; what was read until then stays.</summary>
    private static string? Read(LockFile file, BillDraft draft)
    {
        try
        {
            LockFileReaders.ByName[file.Path[(file.Path.LastIndexOf('/') + 1)..]](file.Text, draft);
            return null;
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            return "it is not what its name says";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
        catch (RegexMatchTimeoutException)
        {
            return "a line of it takes too long to read";
        }
    }

    private static JsonObject ComponentOf(Component component)
    {
        var node = new JsonObject { ["type"] = "library", ["bom-ref"] = component.Purl };
        if (component.Group is { } group) node["group"] = group;
        node["name"] = component.Name;
        node["version"] = component.Version;
        if (!component.Hashes.IsEmpty)
            node["hashes"] = new JsonArray([.. component.Hashes.Select(hash =>
                (JsonNode)new JsonObject { ["alg"] = hash.Key, ["content"] = hash.Value })]);
        node["purl"] = component.Purl;
        if (!component.Properties.IsEmpty)
            node["properties"] = Properties(component.Properties.Select(each => (each.Key, each.Value)));
        return node;
    }

    private static JsonObject DependencyOf(string of, IEnumerable<string> needs)
    {
        var node = new JsonObject { ["ref"] = of };
        if (needs.Select(need => (JsonNode)need).ToArray() is { Length: > 0 } all) node["dependsOn"] = new JsonArray(all);
        return node;
    }

    private static JsonArray Properties(IEnumerable<(string Name, string Value)> properties) =>
        new([.. properties.Select(each => (JsonNode)new JsonObject { ["name"] = each.Name, ["value"] = each.Value })]);

    /// <summary>A UUID of version 8 (RFC 9562): its bits are those of the content's hash.</summary>
    private static string SerialOf(string content)
    {
        var hex = OciDescriptor.DigestOf(content)["sha256:".Length..];
        return $"urn:uuid:{hex[..8]}-{hex[8..12]}-8{hex[13..16]}-a{hex[17..20]}-{hex[20..32]}";
    }
}
