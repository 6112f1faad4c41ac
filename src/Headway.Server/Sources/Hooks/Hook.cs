using System.Text.Json.Serialization;

namespace Headway.Server.Sources.Hooks;

/// <summary>Hosts of repositories whose hooks are understood.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HookHost>))]
public enum HookHost { GitHub, GitLab, Gitea }

/// <summary>
/// An address that one host of repositories may call, with a secret of its own. The secret is not kept: it is made again
/// from this salt and the server's key whenever a signature is checked.
/// </summary>
/// <param name="Id">Part of the address; random, so that only who was told it gets as far as a signature.</param>
/// <param name="Service">Whose source is looked at when the hook is called.</param>
public sealed record Hook(string Id, string Service, HookHost Host, string Salt, DateTimeOffset CreatedAt)
{
    [JsonIgnore]
    public string Path => $"/hooks/{WordOf(Host)}/{Id}";

    public static string WordOf(HookHost host) => $"{host}".ToLowerInvariant();
}

/// <param name="Secret">Shown this once.</param>
public sealed record HookMade(string Id, string Service, HookHost Host, string Path, string Secret);

public sealed record HookView(string Id, string Service, HookHost Host, string Path, DateTimeOffset CreatedAt)
{
    public static HookView Of(Hook hook) => new(hook.Id, hook.Service, hook.Host, hook.Path, hook.CreatedAt);
}
