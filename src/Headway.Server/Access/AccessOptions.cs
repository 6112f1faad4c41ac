namespace Headway.Server.Access;

/// <summary>Who may come in, and by which names the server is known.</summary>
public sealed class AccessOptions
{
    /// <summary>
    /// Names in addresses of this server besides those of the loopback, without port: `deploy.example.com`.
    /// </summary>
    public IReadOnlyCollection<string> HostNames { get; set; } = [];

    /// <summary>How long a browser stays signed in.</summary>
    public TimeSpan SessionFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a sign-in link waits for its first and only use.</summary>
    public TimeSpan LinkFor { get; set; } = TimeSpan.FromMinutes(30);
}
