namespace Headway.Cli.Testing;

/// <summary>The clone of Headway's source that this program was built from.</summary>
internal static class SourceTree
{
    /// <exception cref="CliException">The program runs outside of its source.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Headway.slnx"))) return folder.FullName;
        throw new CliException(
            ExitCode.Refused, "This needs Headway's own source, and this program was not built in a clone of it.",
            "Run `./headway` in a clone.");
    }
}
