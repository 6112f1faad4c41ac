using System.Text.RegularExpressions;
using Headway.Server.Connections;

namespace Headway.Server.Sources.Hosts;

/// <summary>
/// Which host speaks for the repository of a service: the connection that was linked to it, else the only one whose
/// address belongs to the host of the source.
/// </summary>
public sealed partial class RepositoryHosts(KnownConnections connections, OutsideHttp http)
{
    /// <summary>Null when nobody does.</summary>
    public IRepositoryHost? Of(WatchedService service)
    {
        if (service.Host is { } link)
            return connections.Find(link.Connection) is { } linked ? Make(linked, link.Repository) : null;
        if (Parts(service.Source) is not ({ } host, { } path)) return null;
        var found = connections.All.Where(each => IsHost(each.Kind) && HostOf(each) == host).ToList();
        return found.Count == 1 ? Make(found[0], path) : null;
    }

    public static bool IsHost(ConnectionKind kind) =>
        kind is ConnectionKind.GitHub or ConnectionKind.GitLab or ConnectionKind.Gitea;

    /// <summary>`owner/name`, at GitLab with groups before it.</summary>
    public static bool IsRepository(string name) => Repository().IsMatch(name) && !name.Contains("..");

    private IRepositoryHost? Make(Connection connection, string repository)
    {
        var api = new HostApi(http, connection);
        return connection.Kind switch
        {
            ConnectionKind.GitHub => new GitHubHost(api, repository),
            ConnectionKind.GitLab => new GitLabHost(api, repository),
            ConnectionKind.Gitea => new GiteaHost(api, repository),
            _ => null,
        };
    }

    private static string HostOf(Connection connection) =>
        new Uri(connection.Url).Host is "api.github.com" ? "github.com" : new Uri(connection.Url).Host;

    private static (string? Host, string? Path) Parts(string source)
    {
        var address = ShortSsh().Match(source) is { Success: true } match
            ? $"ssh://{match.Groups[1].Value}/{match.Groups[2].Value}" : source;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Host.Length == 0) return (null, null);
        var path = url.AbsolutePath.Trim('/');
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        return IsRepository(path) ? (url.Host, path) : (null, null);
    }

    [GeneratedRegex(@"^[^/@:]+@([^/:]+):(.+)$")]
    private static partial Regex ShortSsh();

    [GeneratedRegex(@"^[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*){1,9}\z")]
    private static partial Regex Repository();
}
