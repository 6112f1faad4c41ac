using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Core.Pacts;

namespace Headway.Cli.Pacts;

/// <summary>
/// `headway contracts verify`: starts the provider, makes the requests of its consumers, and compares the answers. A job of
/// `provider` runs it in its sandbox; a developer runs it on Pact files of their own.
/// </summary>
internal static class VerifyCommand
{
    private static readonly Option<string> Run = new("--run") { Description = "Command that starts the provider; it listens on PORT.", HelpName = "command", Required = true };
    private static readonly Option<string> Health = new("--health") { Description = "Path that answers when it is ready.", HelpName = "path", DefaultValueFactory = _ => "/" };
    private static readonly Option<string?> States = new("--states") { Description = "Path to which states are posted.", HelpName = "path" };

    private static readonly Option<string> Pacts = new("--pacts")
    {
        Description = "Folder of Pact files.", HelpName = "folder", DefaultValueFactory = _ => ".headway/contracts/pacts",
    };

    private static readonly Option<string> Results = new("--results")
    {
        Description = "File for the results.", HelpName = "file", DefaultValueFactory = _ => ".headway/contracts/results.json",
    };

    public static Command Build()
    {
        var command = new Command("verify", "Verify contracts against the provider, which is started for it.") { Run, Health, States, Pacts, Results };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var pacts = await ReadAsync(result.GetValue(Pacts)!, stop);
            var verification = new Verification(Verification.Form, pacts.IsEmpty ? [] : await VerifyAsync(result, pacts, stop));
            var file = Path.GetFullPath(result.GetValue(Results)!);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(verification, Wire.Indented), stop);
            screen.Answer(verification, _ => Tell(screen, verification));
            return verification.Pacts.Any(pact => !pact.Passed && !pact.Pending) ? ExitCode.No : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ImmutableArray<PactVerified>> VerifyAsync(
        ParseResult result, ImmutableArray<PactToVerify> pacts, CancellationToken stop)
    {
        await using var provider = await Provider.StartAsync(result.GetValue(Run)!, result.GetValue(Health)!, stop);
        using var replay = new Replay(provider.Address, result.GetValue(States));
        var verified = ImmutableArray.CreateBuilder<PactVerified>();
        foreach (var pact in pacts) verified.Add(await replay.VerifyAsync(pact, stop));
        return verified.ToImmutable();
    }

    /// <summary>Files of the server say more about a contract than the contract itself; both are read.</summary>
    private static async Task<ImmutableArray<PactToVerify>> ReadAsync(string folder, CancellationToken stop)
    {
        var pacts = ImmutableArray.CreateBuilder<PactToVerify>();
        if (!Directory.Exists(folder)) return [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(file, stop);
            try
            {
                var root = JsonSerializer.Deserialize<JsonElement>(bytes, Wire.Json);
                pacts.Add(PactReader.LooksLikeOne(root) && !root.TryGetProperty("digest", out _)
                    ? new(PactReader.Read(root).Consumer, Path.GetFileName(file),
                        $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", ["here"], root)
                    : root.Deserialize<PactToVerify>(Wire.Json)!);
            }
            catch (Exception e) when (e is JsonException or PactUnreadableException)
            {
                throw new CliException(ExitCode.No, $"{file} is no contract that can be read: {e.Message}.");
            }
        }
        return pacts.ToImmutable();
    }

    private static void Tell(Screen screen, Verification verification)
    {
        if (verification.Pacts.IsEmpty) screen.Line("No service expects anything of this one, so there is nothing to verify.");
        foreach (var pact in verification.Pacts)
        {
            screen.Line($"{(pact.Passed ? "kept  " : pact.Pending ? "broken, but it runs nowhere yet:" : "BROKEN")} {pact.Consumer} ({pact.Version})");
            if (pact.Problem is { } problem) screen.Line($"  {problem}");
            foreach (var interaction in pact.Interactions.Where(each => !each.Problems.IsEmpty))
            {
                screen.Line($"  {interaction.Name}");
                foreach (var says in interaction.Problems) screen.Line($"    {says}");
            }
        }
        // The last line is what people see of a job that failed.
        if (verification.Pacts.FirstOrDefault(pact => !pact.Passed && !pact.Pending)?.Broken is { } broken)
            screen.Line($"Broken contract of {broken}");
    }
}
