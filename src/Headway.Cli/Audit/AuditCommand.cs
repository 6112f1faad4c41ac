using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Audit;
using Headway.Server.Storage;

namespace Headway.Cli.Audit;

/// <summary>`headway audit`: who did what and why, and the proof that nobody has changed it since.</summary>
internal static class AuditCommand
{
    public static Command Build() => new("audit", "Who did what, when and why; and the proof that the record is as it was written.") { List(), Verify(), Export() };

    private static Command List()
    {
        var actor = new Option<string?>("--actor") { Description = "Only what this person or machine did.", HelpName = "name" };
        var stream = new Option<string?>("--stream") { Description = "Only streams that begin so, such as lane/shop/ or approvals/.", HelpName = "name" };
        var type = new Option<string?>("--type") { Description = "Only types that begin so, such as secret. or rollout.promoted.", HelpName = "name" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "From then on.", HelpName = "time" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Before then.", HelpName = "time" };
        var after = new Option<long>("--after") { Description = "Go on after this position.", HelpName = "position" };
        var limit = new Option<int>("--limit") { Description = "How many at most.", HelpName = "n", DefaultValueFactory = _ => 100 };
        var command = new Command("list", "Events, the oldest first.") { actor, stream, type, since, until, after, limit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var query = HttpUtility.ParseQueryString("");
            foreach (var (name, value) in new[] { ("actor", result.GetValue(actor)), ("stream", result.GetValue(stream)), ("type", result.GetValue(type)),
                ("since", result.GetValue(since)?.ToString("o")), ("until", result.GetValue(until)?.ToString("o")),
                ("after", $"{result.GetValue(after)}"), ("limit", $"{result.GetValue(limit)}") })
                if (value is not null) query[name] = value;
            screen.Answer(await api.GetAsync<AuditPage>($"api/v1/audit?{query}", stop), page =>
            {
                foreach (var each in page.Entries)
                    screen.Line($"{each.Position,8} {each.At:yyyy-MM-dd HH:mm:ss} {each.Actor,-16} {each.Type,-26} {each.Stream}@{each.Version} {each.Data}");
                if (page.Next is { } next) screen.Line($"There is more: --after {next}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify()
    {
        var file = new Argument<string?>("file")
        {
            Description = "An export, verified without a server (default: the record of the server).", Arity = ArgumentArity.ZeroOrOne,
        };
        var key = new Option<string?>("--key") { Description = "Public key of checkpoints, as `headway audit export --key-file` wrote it.", HelpName = "file" };
        var command = new Command("verify", "Verify the chain of every stream and the signed checkpoints; exits with 1 and says where when something was changed.") { file, key };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            if (result.GetValue(file) is { } path) return await VerifyAsync(screen, path, result.GetValue(key), stop);
            using var api = ApiClient.For(result);
            var report = await api.GetAsync<ChainReport>("api/v1/audit/verify", stop);
            screen.Answer(report, chain => screen.Line(chain.Problem
                ?? $"{chain.Events} events of {chain.Streams} streams are as they were written, {chain.Redacted} of them redacted."));
            return report.Problem is null ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<int> VerifyAsync(Screen screen, string path, string? key, CancellationToken stop)
    {
        if (!File.Exists(path)) throw new CliException(ExitCode.NotFound, $"There is no {path}.");
        if (key is null) throw new CliException(ExitCode.Usage, "An export is verified with the public key of its checkpoints: --key FILE.",
            "`headway audit export --key-file FILE` writes it. Keep it apart from the export.");
        using var signer = ECDsa.Create();
        signer.ImportFromPem(await File.ReadAllTextAsync(key, stop));
        var check = new ExportCheck(signer);
        await foreach (var line in File.ReadLinesAsync(path, stop)) check.Add(line);
        var report = check.Report();
        screen.Answer(report, export => screen.Line(export.Problem
            ?? $"{export.Events} events of {export.Streams} streams are as they were written, {export.Redacted} of them redacted; checkpoints sign the first {export.Signed}."));
        return report.Problem is null ? ExitCode.Ok : ExitCode.No;
    }

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = "Where it is written." };
        var format = new Option<string>("--format") { Description = "jsonl, which can be verified, or cef.", HelpName = "format", DefaultValueFactory = _ => "jsonl" };
        var after = new Option<long>("--after") { Description = "Only events after this position; such an export cannot be verified alone.", HelpName = "position" };
        var key = new Option<string?>("--key-file") { Description = "Write the public key of checkpoints here.", HelpName = "file" };
        var command = new Command("export", "Take the record away, a line an event.") { file, format, after, key };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var bytes = await api.DownloadAsync(
                $"api/v1/audit/export?format={Uri.EscapeDataString(result.GetValue(format)!)}&after={result.GetValue(after)}", result.GetValue(file)!, stop);
            if (result.GetValue(key) is { } keyFile)
                await File.WriteAllTextAsync(keyFile, await api.TextAsync("api/v1/audit/key", stop), Encoding.ASCII, stop);
            screen.Answer(new Exported(result.GetValue(file)!, bytes), done => screen.Line($"{done.File}: {done.Bytes} bytes."));
            return ExitCode.Ok;
        });
        return command;
    }

    private sealed record Exported(string File, long Bytes);
}
