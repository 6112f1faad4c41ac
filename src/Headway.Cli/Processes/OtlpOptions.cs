using System.CommandLine;

namespace Headway.Cli.Processes;

/// <summary>Where OpenTelemetry data is received, for each command that starts a server.</summary>
internal static class OtlpOptions
{
    public static readonly Option<string?> Http = new("--otlp-http")
    {
        Description = "Address for OTLP over HTTP, or `off` (default: 127.0.0.1:4318, or a free port when that is "
            + "taken).",
        HelpName = "host:port",
    };

    public static readonly Option<string?> Grpc = new("--otlp-grpc")
    {
        Description = "Address for OTLP over gRPC, or `off` (default: 127.0.0.1:4317, or a free port when that is "
            + "taken).",
        HelpName = "host:port",
    };

    /// <summary>The same options, for a server that is started.</summary>
    public static string[] Of(ParseResult result) =>
        [.. Word(result, Http), .. Word(result, Grpc)];

    private static string[] Word(ParseResult result, Option<string?> option) =>
        result.GetValue(option) is { } value ? [option.Name, value] : [];
}
