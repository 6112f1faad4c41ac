using System.Text.Json.Serialization;

namespace Headway.Core.Provisioning;

/// <summary>What a run does to an environment, and as which release describes it.</summary>
/// <param name="Key">Digest of the commands and of the files that describe the environment.</param>
/// <param name="Attempt">Counts what was done to the environment, from 1.</param>
public sealed record Provisioned(string Release, string Environment, ProvisionAct Act, string Key, int Attempt)
{
    /// <summary>Why it is done; a sentence.</summary>
    public string Why { get; init; } = "";
}

[JsonConverter(typeof(JsonStringEnumConverter<ProvisionAct>))]
public enum ProvisionAct { Make, Check, Remove }
