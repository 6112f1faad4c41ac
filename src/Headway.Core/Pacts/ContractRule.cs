using System.Text.Json.Serialization;

namespace Headway.Core.Pacts;

/// <summary>What contracts decide in an environment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContractRule>))]
public enum ContractRule
{
    /// <summary>Where there is a contract with a service that runs there, it must be verified.</summary>
    Known,

    /// <summary>A service without any contract stays out as well.</summary>
    Required,

    /// <summary>They are shown and decide nothing.</summary>
    Off,
}
