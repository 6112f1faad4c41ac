using System.Text.RegularExpressions;

namespace Headway.Cli.Repositories;

/// <summary>Asks each kind in turn, the most certain first.</summary>
internal static partial class Recognition
{
    [GeneratedRegex(@"[""'`](/(?:healthz|health|readyz|ready|ping|status|livez))[""'`?/]",
        RegexOptions.CultureInvariant)]
    private static partial Regex HealthPath { get; }

    [GeneratedRegex("[^a-z0-9-]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInNames { get; }

    /// <exception cref="CliException">Nothing in it can be run.</exception>
    public static ServiceGuess Of(Repository repository) =>
        DotnetService.Recognise(repository)
        ?? NodeService.Recognise(repository)
        ?? OtherLanguages.Recognise(repository)
        ?? PlainProgram.Recognise(repository)
        ?? throw new CliException(ExitCode.No,
            "Nothing here looks like a service: no web project (.csproj), no package.json with a start script, "
            + "no Procfile, go.mod, Python application, and no executable file called server, start, run or app.",
            "Write headway.yaml by hand: `service: NAME` and `run: { command: ./your-program }` are enough to begin.");

    /// <summary>The repository's folder as a name of a service.</summary>
    public static string Name(string text)
    {
        var name = NotInNames.Replace(text.ToLowerInvariant(), "-").Trim('-');
        if (name.Length == 0 || !char.IsAsciiLetter(name[0])) name = $"service-{name}".TrimEnd('-');
        return name.Length <= 40 ? name : name[..40].TrimEnd('-');
    }

    /// <summary>A path in the sources that looks like a health check, or `/`.</summary>
    public static (string Path, string? Assumed, string? Missing) Health(Repository repository, params string[] endings)
    {
        foreach (var file in repository.Sources(endings)
            .Where(file => !file.Contains("test", StringComparison.OrdinalIgnoreCase)))
            if (HealthPath.Match(repository.Text(file)) is { Success: true } match)
                return (match.Groups[1].Value,
                    $"{match.Groups[1].Value} answers 2xx when it is ready (found in {file})", null);
        return ("/", null, "no health path was found, so `/` is asked: it must answer 2xx when the service is ready");
    }
}
