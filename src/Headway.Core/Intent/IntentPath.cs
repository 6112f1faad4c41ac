namespace Headway.Core.Intent;

/// <summary>Where what is written in the state repo. The same names on every branch of the product: files are how people read it.</summary>
public static class IntentPath
{
    /// <summary>Every lane of a service: `services/SERVICE/ENVIRONMENT.yaml`.</summary>
    public const string Services = "services/";

    /// <summary>What holds for everything in an environment: `environments/ENVIRONMENT.yaml`.</summary>
    public const string Environments = "environments/";

    /// <summary>`policies/NAME.yaml`, its cases beside it in `policies/NAME.test.yaml`.</summary>
    public const string Policies = "policies/";

    /// <summary>Services that are released together: `groups/NAME.yaml`.</summary>
    public const string Groups = "groups/";

    /// <summary>Environment variables: `config/SERVICE.yaml` in every environment, `config/SERVICE/ENVIRONMENT.yaml` in one.</summary>
    public const string Configuration = "config/";

    /// <summary>`freezes/NAME.yaml`.</summary>
    public const string Freezes = "freezes/";

    public static string Lane(string service, string environment) => $"{Services}{service}/{environment}.yaml";

    public static string Environment(string environment) => $"{Environments}{environment}.yaml";

    /// <summary>Service and environment of a lane's file; null for any other path.</summary>
    public static (string Service, string Environment)? LaneOf(string path) =>
        path.Split('/') is ["services", { Length: > 0 } service, var file] && file.EndsWith(".yaml", StringComparison.Ordinal)
            && file.Length > ".yaml".Length ? (service, file[..^".yaml".Length]) : null;
}
