using Headway.Core.Nodes;

namespace Headway.Node.Gateway;

/// <summary>Finds what a state cannot be served by, before it replaces one that can.</summary>
internal static class StateCheck
{
    /// <summary>What is wrong, as a sentence; null when nothing is.</summary>
    public static string? FaultOf(GatewayState? state)
    {
        if (state is null) return "The state is empty.";
        if (state.Routes.IsDefault) return "`routes` is missing; an empty list means that nothing is served.";
        if (state.Endpoints.IsDefault) return "`endpoints` is missing; an empty list means that nothing runs.";
        var lanes = new HashSet<string>();
        for (var i = 0; i < state.Routes.Length; i++)
            if (FaultOf(state.Routes[i], lanes) is { } fault) return $"routes[{i}]: {fault}";
        for (var i = 0; i < state.Endpoints.Length; i++)
            if (FaultOf(state.Endpoints[i]) is { } fault) return $"endpoints[{i}]: {fault}";
        return null;
    }

    private static string? FaultOf(RouteWanted? route, HashSet<string> lanes)
    {
        if (route is not { Lane.Length: > 0, Salt: not null, To: not null }) return "`lane`, `salt` and `to` are needed.";
        if (!lanes.Add(route.Lane)) return $"{route.Lane} is there twice.";
        if (route.Listen is < 1 or > 65535) return $"`listen` is {route.Listen}; a port is 1 to 65535.";
        return route.Delay < TimeSpan.FromMilliseconds(100) || route.Delay > TimeSpan.FromMinutes(1)
            ? $"`delay` is {route.Delay}; it is 0.1 to 60 seconds."
            : null;
    }

    private static string? FaultOf(InstanceEndpoint? endpoint)
    {
        if (endpoint is not { Lane.Length: > 0, Release.Length: > 0, Instance.Length: > 0, Address.Length: > 0 })
            return "`lane`, `release`, `instance` and `address` are needed.";
        var url = endpoint.Address.Contains("://", StringComparison.Ordinal) ? endpoint.Address : "http://" + endpoint.Address;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : $"`address` is {endpoint.Address}; it is HOST:PORT or http://HOST:PORT.";
    }
}
