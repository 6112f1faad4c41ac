using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Rollouts;

namespace Headway.Core.Access;

/// <summary>Who asks: a person, a machine with a token, or Headway itself.</summary>
/// <param name="Name">As it stands in the record as actor.</param>
/// <param name="Emails">By which commits name the same person, so that authors can be told from approvers.</param>
/// <param name="Groups">As the identity provider or an administrator says.</param>
public sealed record Principal(
    string Name, PrincipalKind Kind, ImmutableArray<string> Emails, ImmutableArray<string> Groups, ImmutableArray<Grant> Grants)
{
    public static readonly Principal System = new("headway", PrincipalKind.System, [], [], [Grant.Everything]);

    public bool May(Act act, string service = Grant.Any, string environment = Grant.Any) =>
        Grants.Any(grant => grant.Allows(act, service, environment));

    /// <summary>Null when it may.</summary>
    public Refusal? WhyNot(Act act, string service = Grant.Any, string environment = Grant.Any) =>
        May(act, service, environment) ? null : new("access.notGranted",
            $"{Name} may not {Acts.Verb(act)}{At(service, environment)}: that takes the role {Quoted(Roles.That(act))}, and {Name} has {Has()}.");

    private string Has() => Grants.IsEmpty ? "no role" : string.Join(", ", Grants.Select(grant => grant.ToString()));

    private static string Quoted(IEnumerable<Role> roles) =>
        string.Join(" or ", roles.Select(role => $"`{role.ToString().ToLowerInvariant()}`"));

    private static string At(string service, string environment) => (service, environment) switch
    {
        (Grant.Any, Grant.Any) => "",
        (_, Grant.Any) => $" {service}",
        (Grant.Any, _) => $" in {environment}",
        _ => $" {service} in {environment}",
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<PrincipalKind>))]
public enum PrincipalKind { Person, Machine, System }
