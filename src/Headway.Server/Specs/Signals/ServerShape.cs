using System.Text.Json.Nodes;
using Headway.Core.Evidence.Queries;

namespace Headway.Server.Specs.Signals;

/// <summary>Where a source is: an address without credentials, or the name of a connection.</summary>
internal static class ServerShape
{
    public static Shape<string> Connection(string example) => new(
        () => new JsonObject { ["type"] = "string", ["pattern"] = NamedShape.Name.ToString() },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar scalar && NamedShape.Name.IsMatch(scalar.Text))
                return Found.It(scalar.Text);
            problems.Add(node.At, $"{node.Kind} is not the name of a connection",
                $"a name such as `{example}` that `headway connections list` shows");
            return default;
        });

    public static Shape<string> Address(string example) => new(
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { IsNull: false } scalar && WhyRefused(scalar.Text.Trim()) is not { } says)
                return Found.It(scalar.Text.Trim());
            says = node is SpecNode.Scalar text ? WhyRefused(text.Text.Trim()) ?? "nothing is no address"
                : $"{node.Kind} is no address";
            problems.Add(node.At, says, $"`{example}`, or the name of a connection");
            return default;
        });

    /// <summary>Null for an address that may be asked; what comes after the host is not looked at.</summary>
    public static string? WhyRefused(string text)
    {
        if (NamedShape.Name.IsMatch(text.Split('/')[0]) && !text.Contains("://", StringComparison.Ordinal)) return null;
        var plain = Placeholders.Fill(text, _ => "x");
        if (!Uri.TryCreate(plain, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            return $"`{SpecNode.Shorten(text)}` is neither an address nor the name of a connection";
        if (address.UserInfo.Length > 0)
            return "credentials do not stand in headway.yaml: add a connection with `headway connections add` and "
                + "write its name";
        return null;
    }
}
