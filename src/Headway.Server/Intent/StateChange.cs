using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <summary>What is to be committed to the state repo.</summary>
/// <param name="By">Who wants it: name and address of the commit's author.</param>
/// <param name="Subject">First line of the commit, for example `Promote shop-4-9f2c1ab in production`.</param>
/// <param name="Why">The rest of it: reason and evidence.</param>
/// <param name="Event">`STREAM@VERSION` of the event that decided it, or null; becomes the trailer `Headway-Event`.</param>
/// <param name="Files">Every file as it is to be; null deletes it.</param>
public sealed record StateChange(
    string By, string Subject, string Why, string? Event, ImmutableDictionary<string, string?> Files);
