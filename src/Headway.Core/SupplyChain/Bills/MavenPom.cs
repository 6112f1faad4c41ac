using System.Xml.Linq;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>
/// pom.xml of Maven: what the project asks for itself, where the version stands there. Maven keeps no lock file, so what
/// these need in turn is not known from the source.
/// </summary>
internal static class MavenPom
{
    public static void Read(string text, BillDraft draft)
    {
        // Entities could make a small file large; no pom.xml needs a document type.
        if (text.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase)) throw new FormatException("it has a DOCTYPE");
        var project = XDocument.Parse(text).Root;
        if (project is null || project.Name.LocalName != "project") throw new FormatException("it is no project of Maven");
        var values = Child(project, "properties")?.Elements().DistinctBy(each => each.Name.LocalName)
            .ToDictionary(each => each.Name.LocalName, each => each.Value.Trim(), StringComparer.Ordinal) ?? [];
        foreach (var own in (string[])["version", "groupId", "artifactId"])
            if (Text(project, own) is { } value) values[$"project.{own}"] = value;
        foreach (var each in Child(project, "dependencies")?.Elements() ?? [])
        {
            var (group, name, version) = (Filled(each, "groupId", values), Filled(each, "artifactId", values),
                Filled(each, "version", values));
            if (group is null || name is null || version is null) continue;
            var properties = Text(each, "scope") is { } scope ? Component.None.Add("headway:maven:scope", scope) : Component.None;
            draft.Needs(BillDraft.Root, draft.Add(
                new(Purl.Of("maven", group, name, version), group, name, version, Component.None, properties)));
        }
    }

    private static XElement? Child(XElement of, string name) =>
        of.Elements().FirstOrDefault(each => each.Name.LocalName == name);

    private static string? Text(XElement of, string name) => Child(of, name)?.Value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>`${name}` is looked up once; what is still open after that is not known here.</summary>
    private static string? Filled(XElement of, string name, Dictionary<string, string> values)
    {
        var text = Text(of, name);
        if (text is ['$', '{', .., '}']) text = values.GetValueOrDefault(text[2..^1]);
        return text is null || text.Contains("${", StringComparison.Ordinal) || text.Length > 200 ? null : text;
    }
}
