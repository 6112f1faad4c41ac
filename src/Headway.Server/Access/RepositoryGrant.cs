using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Registry;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

[JsonConverter(typeof(JsonStringEnumConverter<RepositoryAct>))]
public enum RepositoryAct { Pull, Push, Delete }

/// <summary>What a token may do with repositories of the registry, whatever its scope.</summary>
/// <param name="Pattern">Of names: `shop/*`.</param>
/// <param name="Acts">Who may push may pull.</param>
public sealed record RepositoryGrant(string Pattern, ImmutableArray<RepositoryAct> Acts)
{
    /// <summary>Of one token.</summary>
    public const int Most = 50;

    public bool Allows(string repository, RepositoryAct act) =>
        NamePattern.Matches(Pattern, repository)
        && (Acts.Contains(act) || (act == RepositoryAct.Pull && Acts.Contains(RepositoryAct.Push)));

    public string? WhyRefused() => NamePattern.WhyRefused(Pattern ?? "")
        ?? (Acts.IsDefaultOrEmpty ? $"The grant for {Pattern} allows nothing: pull, push or delete." : null);

    /// <summary>What a request with this method does to a repository.</summary>
    internal static RepositoryAct Of(string method) =>
        HttpMethods.IsDelete(method) ? RepositoryAct.Delete
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? RepositoryAct.Pull : RepositoryAct.Push;
}
