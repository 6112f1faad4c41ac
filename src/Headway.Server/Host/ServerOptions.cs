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

    /// <summary>Address by which people reach this server, for links in what hosts of repositories are told.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>`postgres://...`, or null for SQLite in the data folder.</summary>
    public string? Store { get; init; }

    /// <summary>Names in addresses of the server besides those of the loopback.</summary>
    public IReadOnlyCollection<string> HostNames { get; init; } = [];

    /// <summary>
    /// `HOST:PORT` where OTLP over HTTP is received, or `off`; null for the standard port, or a free one when it is
    /// taken.
    /// </summary>
    public string? OtlpHttp { get; init; }

    /// <summary>The same for OTLP over gRPC.</summary>
    public string? OtlpGrpc { get; init; }

    /// <summary>
    /// Where the key is that wraps the keys of all secrets: `file:PATH` or `command:PROGRAM`; null for a file in the data
    /// folder, which then must not be kept in the same backup.
    /// </summary>
    public string? SecretsKey { get; init; }

    /// <summary>How often sources are asked for new commits when no push hook tells.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);
}
