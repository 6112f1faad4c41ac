using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.SupplyChain;

namespace Headway.Cli.Releases;

/// <summary>
/// `headway release verify ID|FILE`: every check with its result; of a file without any server, with the public key alone.
/// </summary>
internal static class VerifyCommand
{
    public static Command Build()
    {
        var what = new Argument<string>("release") { Description = "Id of a release, or a file of `headway release export`." };
        var keys = new Option<string[]>("--key")
        {
            Description = "For a file: public key of the server (keys/artifacts.pub in its data folder); may be repeated.",
        };
        var manifest = new Option<string?>("--manifest")
        {
            Description = "For a file: the manifest digest that the release has to have.",
        };
        var command = new Command("verify", "Check signature, artifact, provenance and what else is said about a release.")
        {
            what, keys, manifest,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var named = result.GetValue(what)!;
            var verification = File.Exists(named)
                ? await FileAsync(named, result.GetValue(keys) ?? [], result.GetValue(manifest), stop)
                : await OnlineAsync(result, named, stop);
            screen.Answer(verification, _ => Tell(screen, verification));
            return verification.Passed ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<Verification> OnlineAsync(ParseResult result, string id, CancellationToken stop)
    {
        if (id.Contains('/') || id.EndsWith(".tar", StringComparison.Ordinal))
            throw new CliException(ExitCode.NotFound, $"There is no file {id}.");
        using var api = ApiClient.For(result);
        return await api.GetAsync<Verification>($"{ReleaseCommand.PathOf(id)}/verification", stop);
    }

    private static async Task<Verification> FileAsync(string file, string[] keyFiles, string? manifest, CancellationToken stop)
    {
        if (keyFiles.Length == 0)
            throw new CliException(ExitCode.Usage, "A file is verified with a public key.",
                "Name it with --key FILE; the server keeps its own in keys/artifacts.pub of its data folder.");
        var keys = new List<VerifyingKey>();
        foreach (var name in keyFiles)
        {
            if (!File.Exists(name)) throw new CliException(ExitCode.NotFound, $"There is no file {name}.");
            var (key, problem) = VerifyingKey.Read(Path.GetFileName(name), await File.ReadAllTextAsync(name, stop));
            keys.Add(key ?? throw new CliException(ExitCode.Usage, $"{name}: {problem}"));
        }
        var layout = await ReleaseLayout.ReadAsync(file, stop);
        var verification = ReleaseChecks.Of(
            layout.Wanted(manifest), layout.Found(),
            new(keys[0], [.. keys.Skip(1).Select(key => new TrustedKey(key, []))]));
        return verification with { Checks = [.. verification.Checks, .. layout.Altered()] };
    }

    private static void Tell(Screen screen, Verification verification)
    {
        foreach (var check in verification.Checks)
            screen.Line($"{Mark(check.Result),-8} {check.Name,-18} {check.Says}");
        screen.Line(verification.Refused is null ? $"{verification.Release} is what it says."
            : $"{verification.Release} must not run: {verification.Refused}");
    }

    private static string Mark(CheckResult result) => result switch
    {
        CheckResult.Passed => "ok", CheckResult.Failed => "FAILED", CheckResult.Absent => "none", _ => "ignored",
    };
}
