using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Access;
using Headway.Server.Storage;

namespace Headway.Server.Access.Identity;

/// <summary>Whether a token of a platform lets its bearer in; with neither, it is no such token.</summary>
/// <param name="Why">A sentence.</param>
public sealed record WorkloadFound(AccessToken? Token, string? Why);

/// <summary>How the gate asks about what is no token of Headway.</summary>
public delegate Task<WorkloadFound> WorkloadLook(string secret, CancellationToken stop);

/// <summary>The rules by which programs come in with tokens of their platform.</summary>
public sealed class Workloads(IEventStore store, JwtCheck check, AccessRecord record)
{
    private const string Kind = "workload";
    private const int Remembered = 10_000;
    private static readonly WorkloadFound None = new(null, null);
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private ImmutableArray<(WorkloadRule Rule, long Version)> _rules = [];

    public ImmutableArray<WorkloadRule> All => [.. _rules.Select(each => each.Rule)];

    public async Task LoadAsync(CancellationToken stop) =>
        _rules = [.. (await store.ReadRowsAsync(Kind, stop)).Select(row => (JsonSerializer.Deserialize<WorkloadRule>(row.Value, Wire.Json)!, row.Version))];

    public async Task KeepAsync(WorkloadRule rule, CancellationToken stop)
    {
        var version = _rules.FirstOrDefault(each => each.Rule.Name == rule.Name).Version;
        await store.WriteRowAsync(Kind, rule.Name, version, JsonSerializer.SerializeToUtf8Bytes(rule, Wire.Json), stop);
        await LoadAsync(stop);
    }

    public async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        if (_rules.FirstOrDefault(each => each.Rule.Name == name) is not { Rule: not null } found) return false;
        await store.DeleteRowAsync(Kind, name, found.Version, stop);
        await LoadAsync(stop);
        return true;
    }

    public async Task<WorkloadFound> LookAsync(string secret, CancellationToken stop)
    {
        if (check.IssuerOf(secret) is not { } issuer) return None;
        var rules = All.Where(rule => rule.Issuer == issuer).ToList();
        if (rules.Count == 0) return new(null, $"No rule trusts the issuer `{(issuer.Length > 200 ? issuer[..200] : issuer)}`: `headway workloads trust` makes one.");
        var problem = "";
        foreach (var audience in rules.GroupBy(rule => rule.Audience))
            try
            {
                var read = await check.ReadAsync(secret, issuer, audience.Key, stop);
                if (read.Problem is null && audience.FirstOrDefault(rule => rule.Fits(read)) is { } rule) return new(await LetInAsync(rule, read, secret, stop), null);
                problem = read.Problem is { } wrong ? $"The token of {issuer} is not accepted: {wrong}."
                    : $"The token of {issuer} is good, and what it says fits no rule ({string.Join("; ", audience.Select(each => $"{each.Name}: {Lacks(each, read)}"))}).";
            }
            catch (IssuerTroubleException trouble)
            {
                problem = $"The issuer of the token cannot be asked: {trouble.Message}.";
            }
        return new(null, problem);
    }

    private static string Lacks(WorkloadRule rule, JwtRead read) => string.Join(", ", rule.Claims
        .Where(claim => !read.Texts(claim.Key).Any(value => Grant.Matches(claim.Value, value))).Select(claim => $"{claim.Key} is not {claim.Value}"));

    /// <summary>It is in the record once for each token, which may be used for many requests.</summary>
    private async Task<AccessToken> LetInAsync(WorkloadRule rule, JwtRead read, string secret, CancellationToken stop)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        var name = read.Text("sub") is { Length: > 0 and <= 200 } subject ? $"{rule.Name} ({subject})" : rule.Name;
        var token = new AccessToken(hash, name, TokenUse.Bearer, Scope.Read, null, default, null, null, null)
        {
            Grants = [.. rule.Grants.Select(text => Grant.Parse(text)!)],
        };
        if (_told.Count > Remembered) _told.Clear();
        if (_told.TryAdd(hash, true)) await record.LoggedInAsync(token.Principal, "workload", stop);
        return token;
    }
}
