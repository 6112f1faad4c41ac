using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Secrets;
using Headway.Server.Connections;

namespace Headway.Server.Secrets.Outside;

/// <summary>Secrets in version 2 of Vault's KV engine: `GET /v1/MOUNT/data/PATH`.</summary>
public sealed class VaultSecrets(VaultApi vault, KnownConnections connections) : ISecretDriver
{
    /// <summary>KV has no leases; how long a value is used at most before Vault is asked again.</summary>
    private static readonly TimeSpan LongestKept = TimeSpan.FromSeconds(60);

    public string Name => "vault";

    public string? WhyRefused(SecretOutside outside) =>
        outside.Connection is null ? "Name the connection to Vault: `--from vault:CONNECTION/MOUNT/PATH#FIELD`."
        : connections.Find(outside.Connection) is not { } connection ?
            $"There is no connection `{outside.Connection}`"
            + (NearestWord.To(outside.Connection, connections.All.Select(c => c.Name)) is { } near ? $": `{near}`?" : ".")
        : connection.Kind != ConnectionKind.Vault ? $"The connection `{outside.Connection}` does not lead to Vault."
        : outside.Field is null ? "Name the field: `#password` at the end."
        : PathOf(outside.At) is null ? $"`{outside.At}` is no mount and path, such as `secret/shop/db`, or `team/kv:shop/db`."
        : null;

    public async Task<OutsideValue> ReadAsync(SecretOutside outside, CancellationToken stop)
    {
        if (WhyRefused(outside) is { } refused) return OutsideValue.Failed(refused);
        var connection = connections.Find(outside.Connection!)!;
        var (answer, failed) = await vault.ReadAsync(connection, $"v1/{PathOf(outside.At)}", stop);
        if (answer is null) return failed!;
        return ValueOf(outside, connection, answer);
    }

    private static OutsideValue ValueOf(SecretOutside outside, Connection connection, OutsideAnswer answer)
    {
        var where = $"`{outside.At}` in {connection.Url}";
        if (answer.Problem is { } problem) return OutsideValue.Away($"{connection.Url}: {problem}");
        if (answer.Status is 429 or >= 500) return OutsideValue.Away($"{where}: {VaultApi.Says(answer)}");
        var read = VaultApi.Parse(answer);
        if (answer.Status == 404)
            return OutsideValue.Failed(VaultApi.Field(read, "data", "metadata") is { ValueKind: JsonValueKind.Object }
                ? $"the newest version of {where} was deleted" : $"there is no {where}, or the mount is not KV version 2");
        if (answer.Status != 200) return OutsideValue.Failed($"{where}: {VaultApi.Says(answer)}");
        if (VaultApi.Field(read, "data", "data") is not { ValueKind: JsonValueKind.Object } data)
            return OutsideValue.Failed($"{where} was answered in a form that is not KV version 2");
        if (!data.TryGetProperty(outside.Field!, out var value))
            return OutsideValue.Failed($"{where} has no field `{outside.Field}`"
                + (NearestWord.To(outside.Field!, data.EnumerateObject().Select(p => p.Name)) is { } near ? $": `{near}`?" : ""));
        var lease = read!.Value.TryGetProperty("lease_duration", out var seconds) && seconds.TryGetInt64(out var lasts) && lasts > 0
            ? TimeSpan.FromSeconds(Math.Min(lasts, LongestKept.TotalSeconds)) : LongestKept;
        return value.ValueKind == JsonValueKind.String ? new(Encoding.UTF8.GetBytes(value.GetString()!), lease, null)
            : OutsideValue.Failed($"the field `{outside.Field}` of {where} is no text");
    }

    /// <summary>`MOUNT/PATH`, or `MOUNT:PATH` for a mount with slashes.</summary>
    private static string? PathOf(string at)
    {
        var cut = at.IndexOf(':') is > 0 and var colon ? colon : at.IndexOf('/');
        if (cut <= 0) return null;
        var (mount, path) = (at[..cut].Trim('/'), at[(cut + 1)..].Trim('/'));
        if (mount.Length == 0 || path.Length == 0 || $"{mount}/{path}".Split('/').Any(word => word is "" or "." or "..")) return null;
        return $"{Escaped(mount)}/data/{Escaped(path)}";
    }

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
