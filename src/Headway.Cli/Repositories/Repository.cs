using Headway.Cli.Machine;

namespace Headway.Cli.Repositories;

/// <summary>The files of a git repository that are its own: tracked ones, or new ones that are not ignored.</summary>
internal sealed class Repository
{
    private const int FileLimit = 20_000;
    private const int TextLimit = 256 * 1024;

    private Repository(string root, string[] files) => (Root, Files) = (root, files);

    public string Root { get; }

    /// <summary>Relative to the root, with `/`, the shallow ones first.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <exception cref="CliException">It is no git repository, or git is not there.</exception>
    public static async Task<Repository> OpenAsync(string folder, CancellationToken stop)
    {
        if (!Directory.Exists(folder)) throw new CliException(ExitCode.NotFound, $"There is no folder {folder}.");
        var root = await Tool.RunAsync("git", ["rev-parse", "--show-toplevel"], folder, stop)
            ?? throw new CliException(ExitCode.No, "git is not on the path.", "apt-get install git");
        if (!root.Ok)
            throw new CliException(ExitCode.Refused, $"{Path.GetFullPath(folder)} is in no git repository.",
                "`git init` makes one.");
        var files = await Tool.RunAsync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            root.Output, stop);
        return new(root.Output, [.. (files?.Output ?? "").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Distinct().Take(FileLimit)
            .OrderBy(file => file.Count(letter => letter == '/')).ThenBy(file => file, StringComparer.Ordinal)]);
    }

    public bool Has(string file) => Files.Contains(file) && File.Exists(Path.Combine(Root, file));

    /// <summary>The beginning of a text file; empty when it cannot be read.</summary>
    public string Text(string file)
    {
        try
        {
            using var reader = new StreamReader(Path.Combine(Root, file));
            var text = new char[TextLimit];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public bool IsExecutable(string file) =>
        OperatingSystem.IsWindows() || (File.Exists(Path.Combine(Root, file))
            && (File.GetUnixFileMode(Path.Combine(Root, file)) & UnixFileMode.UserExecute) != 0);

    /// <summary>Files with one of the endings, for looking into; a few hundred at most.</summary>
    public IEnumerable<string> Sources(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).Take(300);
}
