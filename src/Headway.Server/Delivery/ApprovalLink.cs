using System.Collections.Immutable;
using Headway.Core.Access;

namespace Headway.Server.Delivery;

/// <summary>What a link lets its bearer do: say yes or no to these bytes in this environment, in this name, until then.</summary>
/// <param name="Digest">Of the artifact; another one is not approved by it.</param>
/// <param name="By">Who says it.</param>
public sealed record ApprovalLink(
    string Service, string Environment, string Release, string Digest, string By, ImmutableArray<string> Emails,
    ImmutableArray<string> Groups, DateTimeOffset Until)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Principal Principal => new(By, PrincipalKind.Person, Emails, Groups, [new(Role.Approver, Service, Environment)]);
}
