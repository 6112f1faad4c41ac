using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Headway.Cli.Terminal;
using Headway.Core.Scans.Secrets;
using Headway.Server.Scans;

namespace Headway.Cli.Scans;

/// <summary>`headway scans secrets`: what the server would find in a change, before it is pushed.</summary>
internal static class ScanSecretsCommand
{
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    public static Command Build()
    {
        var since = new Option<string>("--since") { Description = "Commit whose tree is compared (default: nothing, so all is looked at).", HelpName = "commit", DefaultValueFactory = _ => EmptyTree };
        var commit = new Option<string>("--commit") { Description = "Commit that is looked at.", HelpName = "commit", DefaultValueFactory = _ => "HEAD" };
        var command = new Command("secrets", "Look for secrets in what a commit of this repository adds.") { since, commit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var search = new SecretSearch(ImmutableDictionary<string, string>.Empty);
            var notScanned = await SearchAsync(search, result.GetValue(since)!, result.GetValue(commit)!, stop);
            var seen = new { lines = search.Lines, found = search.Found.ToImmutable(), allowed = search.Allowed.ToImmutable(), notScanned };
            screen.Answer(seen, _ =>
            {
                foreach (var found in seen.found) screen.Line(found.Says);
                foreach (var allowed in seen.allowed) screen.Line($"{allowed.Says}, allowed: {allowed.Why}");
                foreach (var not in notScanned) screen.Line($"Not looked at: {not}");
                screen.Line($"{seen.lines} lines, {seen.found.Length} secrets.");
            });
            return seen.found.IsEmpty ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<ImmutableArray<string>> SearchAsync(SecretSearch search, string since, string commit, CancellationToken stop)
    {
        var diff = new DiffReading(search);
        var start = new ProcessStartInfo("git",
            ["-c", "core.quotePath=false", "diff-tree", "-r", "-p", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
                "--src-prefix=a/", "--dst-prefix=b/", since, commit, "--"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync(stop);
        await diff.ReadAsync(git.StandardOutput.BaseStream, stop);
        await git.WaitForExitAsync(stop);
        return git.ExitCode == 0 ? diff.NotScanned
            : throw new CliException(ExitCode.NotFound, $"git cannot compare {since} with {commit}: {(await errors).Trim()}");
    }
}
