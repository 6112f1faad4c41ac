using Headway.Cli.Machine;

namespace Headway.Cli.Up;

/// <summary>The repository that is to be carried.</summary>
/// <param name="Address">Path or URL.</param>
/// <param name="Branch">Null: the remote's own default.</param>
internal sealed record Source(string Address, string? Branch)
{
    /// <exception cref="CliException">There is none, or it is here and has no headway.yaml in its newest
    /// commit.</exception>
    public static async Task<Source> FindAsync(string? wanted, string? branch, CancellationToken stop)
    {
        if (wanted is not null && !Directory.Exists(wanted)) return new(wanted, branch);
        var folder = Path.GetFullPath(wanted ?? ".");
        var root = await Tool.RunAsync("git", ["rev-parse", "--show-toplevel"], folder, stop)
            ?? throw new CliException(ExitCode.No, "git is not on the path.", "On Debian: apt-get install git");
        // A bare repository has no work tree, hence no top level, and is as good a source as any.
        if (!root.Ok)
            return (await Tool.RunAsync("git", ["rev-parse", "--git-dir"], folder, stop))!.Ok
                ? new(folder, branch)
                : throw new CliException(ExitCode.Usage, $"{folder} is not in a git repository.",
                    "Change into one, or name one with --source.");
        branch ??= await TextAsync(root.Output, stop, "symbolic-ref", "--short", "HEAD");
        if (await TextAsync(root.Output, stop, "cat-file", "-t", $"{branch ?? "HEAD"}:headway.yaml") is null)
            throw new CliException(ExitCode.Refused, $"The newest commit of {root.Output} has no headway.yaml.",
                "`headway init` writes one; commit it, then `headway up` again.");
        return new(root.Output, branch);
    }

    private static async Task<string?> TextAsync(string folder, CancellationToken stop, params string[] arguments) =>
        await Tool.RunAsync("git", arguments, folder, stop) is { Ok: true, Output.Length: > 0 } found ? found.Output
            : null;
}
