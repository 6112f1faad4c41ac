using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.SupplyChain;

/// <summary>One thing that was looked at before a release may run.</summary>
/// <param name="Says">What was found, in one sentence.</param>
public sealed record ReleaseCheck(string Name, CheckResult Result, string Says);

[JsonConverter(typeof(JsonStringEnumConverter<CheckResult>))]
public enum CheckResult
{
    Passed,

    /// <summary>The release may not run.</summary>
    Failed,

    /// <summary>Not there, and not asked for.</summary>
    Absent,

    /// <summary>There, and worth nothing: signed by nobody who is trusted.</summary>
    Ignored,
}

/// <summary>Everything that was looked at, in order.</summary>
public sealed record Verification(string Release, string ManifestDigest, ImmutableArray<ReleaseCheck> Checks)
{
    public bool Passed => Refused is null;

    /// <summary>The first reason why the release may not run, or null.</summary>
    public string? Refused => Checks.FirstOrDefault(check => check.Result is CheckResult.Failed)?.Says;
}
