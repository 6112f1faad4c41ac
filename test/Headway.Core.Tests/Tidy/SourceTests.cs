using System.Text.RegularExpressions;
using Xunit;

namespace Headway.Core.Tests.Tidy;

public sealed partial class SourceTests
{
    private const int MostLines = 400;
    private const int MostLinesOfAFunction = 70;

    private static readonly string[] BannedSuffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Shared", "Impl", "Service", "Processor", "Dto", "Mapper",
            "Wrapper", "Abstractions", "Base"];

    /// <summary>Here a service is what the user runs, not a drawer.</summary>
    private static readonly string[] UsersServices = ["DotnetService", "NodeService", "WatchedService", "PlainService"];

    private static readonly string[] BannedFolders =
        ["Common", "Abstractions", "Contracts", "Helpers", "Utils", "Managers", "Shared", "Misc", "Dtos", "Interfaces"];

    [Fact]
    public void No_file_is_longer_than_a_person_reads_at_once() => None(
        RepositoryFiles.Sources().Where(f => f.Lines.Length > MostLines).Select(f => $"{f.Path} has {f.Lines.Length} lines"));

    [Fact]
    public void No_function_is_longer_than_a_screen() => None(
        from file in RepositoryFiles.Sources()
        from block in Blocks.Of(file.Lines)
        where block.Length > MostLinesOfAFunction
        select $"{file.Path}:{block.First} has {block.Length} lines");

    [Fact]
    public void The_finder_of_long_functions_finds_one()
    {
        string[] lines = ["class A", "{", "    void B()", "    {", .. Enumerable.Repeat("        C();", 80), "    }", "}"];
        Assert.Equal([(3, 82)], Blocks.Of(lines).Where(b => b.Length > MostLinesOfAFunction).Select(b => (b.First, b.Length)));
    }

    [Fact]
    public void No_name_is_a_drawer() => None(
        from file in RepositoryFiles.Sources()
        from line in file.Lines
        let type = Declared().Match(line)
        where type.Success && !UsersServices.Contains(type.Groups["name"].Value)
        let suffix = BannedSuffixes.FirstOrDefault(s => type.Groups["name"].Value.EndsWith(s, StringComparison.Ordinal)
            && type.Groups["name"].Value.Length > s.Length)
        where suffix is not null
        select $"{file.Path}: {type.Groups["name"].Value} ends with {suffix}");

    [Fact]
    public void No_folder_is_a_drawer() => None(
        RepositoryFiles.Sources().Where(f => f.Path.Split('/').Intersect(BannedFolders).Any()).Select(f => f.Path));

    [Fact]
    public void Nothing_is_left_to_be_done_later()
    {
        string[] words = ["TO" + "DO", "FIX" + "ME"];
        None(from file in RepositoryFiles.Sources()
             from line in file.Lines
             where words.Any(w => line.Contains(w, StringComparison.Ordinal))
             select $"{file.Path}: {line.Trim()}");
    }

    [Fact]
    public void Namespaces_are_project_and_folder() => None(
        from file in RepositoryFiles.Sources()
        let space = file.Lines.FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal))
        where space is not null
        let expected = Path.GetDirectoryName(file.Path)!.Split('/', '\\')
        let wanted = $"namespace {string.Join('.', expected.Skip(1))};"
        where space.TrimEnd() != wanted
        select $"{file.Path}: {space} (expected {wanted})");

    /// <summary>A turn must run on the scheduler that started it, so that the simulation can run it in a known order.</summary>
    [Fact]
    public void Turns_stay_on_their_scheduler() => None(
        from file in RepositoryFiles.Sources()
        where file.Path.StartsWith("src/Headway.Server/Rollouts/", StringComparison.Ordinal)
        from line in file.Lines
        where line.Contains("Task.Run(", StringComparison.Ordinal) || line.Contains("ConfigureAwait(false)", StringComparison.Ordinal)
        select $"{file.Path}: {line.Trim()}");

    private static void None(IEnumerable<string> broken)
    {
        var all = broken.Distinct().ToArray();
        Assert.True(all.Length == 0, string.Join("\n", all));
    }

    [GeneratedRegex(@"^\s*((public|internal|private|protected|sealed|static|abstract|partial|readonly|ref|unsafe|file)\s+)*(record\s+struct|record|class|struct|interface|enum)\s+(?<name>[A-Z]\w+)")]
    private static partial Regex Declared();
}
