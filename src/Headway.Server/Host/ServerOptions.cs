namespace Headway.Server.Host;

/// <summary>What the server is started with.</summary>
public sealed class ServerOptions
{
    /// <summary>Folder of everything that it keeps: record, artifacts, keys, tokens.</summary>
    public required string DataFolder { get; init; }

    /// <summary>File that tells commands on this machine where the server is; null writes none.</summary>
    public string? AddressFile { get; init; }

    /// <summary>Address where it listens; port 0 takes a free one and says which.</summary>
    public string Url { get; init; } = DefaultUrl;

    public const string DefaultUrl = "http://127.0.0.1:7878";

    /// <summary>`postgres://...`, or null for SQLite in the data folder.</summary>
    public string? Store { get; init; }

    /// <summary>Names in addresses of the server besides those of the loopback.</summary>
    public IReadOnlyCollection<string> HostNames { get; init; } = [];

    /// <summary>How often sources are asked for new commits when no push hook tells.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);
}
