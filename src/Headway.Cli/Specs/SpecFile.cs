using System.Text;
using Headway.Server.Specs;

namespace Headway.Cli.Specs;

internal static class SpecFile
{
    /// <summary>Reads no more than the reader would look at, whatever the file holds.</summary>
    public static async Task<string> ReadAsync(string path, CancellationToken stop)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, "headway.yaml");
        if (!File.Exists(path))
            throw new CliException(ExitCode.NotFound, $"There is no {path}.",
                Path.GetFileName(path) == "headway.yaml" ? "`headway init` writes one for the repository it is run in."
                    : "The path is read from the folder that you are in.");
        using var reader = new StreamReader(path, Encoding.UTF8);
        var text = new char[SpecReader.LimitInCharacters + 1];
        var read = await reader.ReadBlockAsync(text, stop);
        return new string(text, 0, read);
    }
}
