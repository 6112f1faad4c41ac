using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.SupplyChain;

namespace Headway.Cli.Releases;

/// <summary>`headway release create`: the way in from Jenkins, Buildkite, GitHub Actions and every other CI.</summary>
internal static class CreateCommand
{
    private static readonly Option<string> Service = new("--service") { Description = "The service.", Required = true };

    private static readonly Option<string> Artifact = new("--artifact")
    {
        Description = "A folder or file, relative to the working folder, as `run: command` expects it; a .tar; or an image by "
            + "digest, NAME@sha256:...", Required = true,
    };

    private static readonly Option<string[]> Include = new("--include")
    {
        Description = "Further files that the release needs, such as the commands of its checks; may be repeated.",
    };

    private static readonly Option<string> Commit = new("--commit")
    {
        Description = "The commit that it was built from, its whole name.", Required = true,
    };

    private static readonly Option<string?> BuiltBy = new("--built-by")
    {
        Description = "Address of the build; otherwise as the environment of the CI tells.",
    };

    private static readonly Option<string?> Spec = new("--spec") { Description = "headway.yaml, instead of that of the commit." };

    private static readonly Option<string?> Provenance = new("--provenance")
    {
        Description = "SLSA provenance in a DSSE envelope or a bundle of sigstore.",
    };

    private static readonly Option<string[]> Signature = new("--signature")
    {
        Description = "A further signed statement about the artifact; may be repeated.",
    };

    private static readonly Option<string?> Sbom = new("--sbom") { Description = "CycloneDX or SPDX as JSON." };
    private static readonly Option<string[]> Tests = new("--tests") { Description = "JUnit XML, TRX or TAP; may be repeated." };
    private static readonly Option<string[]> Sarif = new("--sarif") { Description = "Results of a scan; may be repeated." };

    private static readonly Option<string[]> Coverage = new("--coverage")
    {
        Description = "LCOV or Cobertura; may be repeated.",
    };

    public static Command Build()
    {
        var command = new Command("create", "Hand over what another CI built: it becomes a release and is rolled out.")
        {
            Service, Artifact, Include, Commit, BuiltBy, Spec, Provenance, Signature, Sbom, Tests, Sarif, Coverage,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var builtBy = result.GetValue(BuiltBy) ?? CiAddress.Find(Globals.Variable)
                ?? throw new CliException(ExitCode.Usage, "It is not known where this was built.",
                    "Say it with --built-by https://ci.example/job/12.");
            using var api = ApiClient.For(result);
            var release = await api.PostAsync<Release>(
                "api/v1/releases", await AskedAsync(result, builtBy, api, stop), stop);
            screen.Answer(release, _ =>
            {
                screen.Line($"{release.Id} is a release of {release.ArtifactDigest}, built by {release.Origin?.BuiltBy}.");
                screen.Line($"`headway why {release.Service}` tells where it goes.");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<HandoverRequest> AskedAsync(
        ParseResult result, string builtBy, ApiClient api, CancellationToken stop)
    {
        var upload = new ReleaseUpload(api);
        var artifact = result.GetValue(Artifact)!;
        var image = ImageOf(artifact);
        var digest = image is null ? await upload.ArtifactAsync(artifact, result.GetValue(Include) ?? [], stop) : null;
        var results = ImmutableArray.CreateBuilder<JobResult>();
        foreach (var (option, kind) in new[]
        {
            (Tests, ResultKind.Tests), (Sarif, ResultKind.Scan), (Coverage, ResultKind.Coverage),
        })
            foreach (var file in result.GetValue(option) ?? []) results.Add(await upload.ResultAsync(kind, file, stop));
        var signatures = ImmutableArray.CreateBuilder<string>();
        foreach (var file in result.GetValue(Signature) ?? []) signatures.Add((await upload.FileAsync(file, stop)).Digest);
        return new(result.GetValue(Service)!, result.GetValue(Commit)!.Trim().ToLowerInvariant(), builtBy, digest, image,
            result.GetValue(Spec) is { } spec ? await ReleaseUpload.TextAsync(spec, stop) : null,
            result.GetValue(Provenance) is { } provenance ? (await upload.FileAsync(provenance, stop)).Digest : null,
            result.GetValue(Sbom) is { } bill ? (await upload.FileAsync(bill, stop)).Digest : null)
        {
            Results = results.ToImmutable(), Signatures = signatures.ToImmutable(),
        };
    }

    /// <summary>`NAME@sha256:...`; a path that looks so is no file.</summary>
    private static ImageReference? ImageOf(string artifact) =>
        artifact.LastIndexOf("@sha256:", StringComparison.Ordinal) is var at and > 0 && !File.Exists(artifact)
            ? new(artifact[..at], artifact[(at + 1)..]) : null;
}
