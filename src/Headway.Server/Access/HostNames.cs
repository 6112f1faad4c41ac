using System.Net;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>
/// A page on a foreign name that suddenly resolves to this machine (DNS rebinding) sends that foreign name in `Host`.
/// So only names are answered that this server is known by, on the loopback too: those configured, those of the
/// loopback, and the very address that the connection came in on.
/// </summary>
public sealed class HostNames(AccessOptions options)
{
    private readonly HashSet<string> known = new(
        [.. options.HostNames, "localhost", "127.0.0.1", "[::1]"], StringComparer.OrdinalIgnoreCase);

    public bool IsOurs(HostString host, IPAddress? local)
    {
        if (!host.HasValue) return false;
        if (known.Contains(host.Host.TrimEnd('.'))) return true;
        if (local is null || !IPAddress.TryParse(host.Host, out var address)) return false;
        return address.Equals(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local);
    }
}
