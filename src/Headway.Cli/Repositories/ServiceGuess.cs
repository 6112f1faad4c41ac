using System.Collections.Immutable;

namespace Headway.Cli.Repositories;

/// <summary>What a repository seems to be.</summary>
/// <param name="Kind">For people: `a .NET web service (src/Shop/Shop.csproj)`.</param>
/// <param name="Assumed">What was taken for granted, a clause each.</param>
/// <param name="Missing">What a person should look at because nothing could be found out.</param>
internal sealed record ServiceGuess(
    string Kind, string Service, ImmutableArray<JobGuess> Jobs, string Command, string Health,
    ImmutableArray<string> Assumed, ImmutableArray<string> Missing);

internal sealed record JobGuess(
    string Name, string Run, string? Artifact = null, string? Needs = null, string? Reports = null,
        bool Network = false);
