using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Headway.Server.Storage;

namespace Headway.Server.Sources;

public sealed record SourceKey(string PublicKey);

/// <param name="Host">`git.example.com`, or with a port.</param>
/// <param name="Fingerprint">Null: only look.</param>
public sealed record HostTrusted(string Host, string? Fingerprint = null);

public sealed record HostKey(string Kind, string Fingerprint);

public sealed record HostKeysSeen(ImmutableArray<HostKey> Keys, bool Pinned, string Says);

/// <summary>
/// The server's own SSH key, and the keys of hosts that it believes. A host whose key is not known, or is another one
/// than before, is not read.
/// </summary>
public sealed partial class SourceKeys(SourceOptions options)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim alone = new(1);

    private string PrivateKey => Path.Combine(options.Data, PrivateKeyName);
    private string KnownHosts => Path.Combine(options.Data, KnownHostsName);

    public const string PrivateKeyName = "id_ed25519", KnownHostsName = "known_hosts";

    /// <summary>The public part; both are made when there is none.</summary>
    public async Task<SourceKey> KeyAsync(CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            if (!File.Exists(PrivateKey))
                await RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "headway", "-f", PrivateKey], stop);
            return new((await File.ReadAllTextAsync(PrivateKey + ".pub", stop)).Trim());
        }
        finally
        {
            alone.Release();
        }
    }

    /// <summary>What a host shows; pinned when it has the fingerprint that was asked for.</summary>
    public async Task<HostKeysSeen> TrustAsync(HostTrusted wanted, CancellationToken stop)
    {
        if (Address().Match(wanted.Host) is not { Success: true } match)
            return new([], false, $"`{wanted.Host}` is no host such as `git.example.com:2222`.");
        var port = match.Groups[2].Success ? match.Groups[2].Value : "22";
        var shown = (await RunAsync("ssh-keyscan", ["-T", "10", "-p", port, "--", match.Groups[1].Value], stop))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Split(' ') is [_, _, _]).ToImmutableArray();
        ImmutableArray<HostKey> keys = [.. shown.Select(line => new HostKey(line.Split(' ')[1], FingerprintOf(line)))];
        if (keys.IsEmpty) return new(keys, false, $"{wanted.Host} shows no key: nobody listens there, or it is no SSH server.");
        if (wanted.Fingerprint is null)
            return new(keys, false, "Nothing is pinned. Compare with what the host's owner tells, and say --fingerprint.");
        var found = shown.Where(line => FingerprintOf(line) == wanted.Fingerprint).ToImmutableArray();
        if (found.IsEmpty) return new(keys, false, $"{wanted.Host} shows no key with the fingerprint {wanted.Fingerprint}.");
        await PinAsync(found[0], stop);
        return new(keys, true, $"{wanted.Host} is believed when it has the key {wanted.Fingerprint}.");
    }

    /// <summary>One key a host and kind: a new one takes the place of the old one.</summary>
    private async Task PinAsync(string line, CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            var start = string.Join(' ', line.Split(' ')[..2]) + " ";
            var others = (File.Exists(KnownHosts) ? await File.ReadAllLinesAsync(KnownHosts, stop) : [])
                .Where(other => !other.StartsWith(start, StringComparison.Ordinal));
            SecretFile.Write(KnownHosts, string.Concat(others.Append(line).Select(each => each + "\n")));
        }
        finally
        {
            alone.Release();
        }
    }

    private static string FingerprintOf(string line) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(line.Split(' ')[2]))).TrimEnd('=');

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Within);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        try
        {
            process.StandardInput.Close();
            var complaints = process.StandardError.ReadToEndAsync(limit.Token);
            var answer = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await complaints;
            await process.WaitForExitAsync(limit.Token);
            return answer;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "";
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"^([A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::([0-9]{1,5}))?\z")]
    private static partial Regex Address();
}
