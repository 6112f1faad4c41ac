using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Cli.Repositories;

/// <summary>A Procfile, or an executable file that is the service as it stands.</summary>
internal static partial class PlainProgram
{
    private static readonly string[] Names =
        ["server", "server.sh", "start", "start.sh", "run", "run.sh", "app", "app.sh", "serve", "serve.sh", "main",
            "service"];

    [GeneratedRegex(@"^web:[ \t]*(.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex WebProcess { get; }

    [GeneratedRegex(@"^(test|check|build|all)[ \t]*:", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Target { get; }

    public static ServiceGuess? Recognise(Repository repository)
    {
        if (Command(repository) is not { } found) return null;
        var assumed = ImmutableArray.Create(found.Assumed);
        var missing = ImmutableArray.CreateBuilder<string>();
        var targets = repository.Has("Makefile")
            ? Target.Matches(repository.Text("Makefile")).Select(match => match.Groups[1].Value).ToHashSet() : [];
        var test = targets.Contains("test") ? "make test" : targets.Contains("check") ? "make check" : null;
        var build = targets.Contains("build") ? "make build" : targets.Contains("all") ? "make all" : "true";
        if (test is null) missing.Add("no `make test` was found: every commit goes to production untested");
        if (repository.Has("Dockerfile"))
            missing.Add("there is a Dockerfile, which is not used here: the service runs as a process of this machine");
        missing.Add("it must listen on the port in PORT, and `/` must answer 2xx when it is ready");
        return new(found.Kind, Recognition.Name(Path.GetFileName(repository.Root)),
            [
                .. test is null ? [] : new[] { new JobGuess("test", test) },
                new("package", build, ".", test is null ? null : "test"),
            ],
            found.Command, "/", assumed, missing.ToImmutable());
    }

    private static (string Command, string Kind, string Assumed)? Command(Repository repository)
    {
        if (repository.Has("Procfile") && WebProcess.Match(repository.Text("Procfile")) is { Success: true } web)
            return (web.Groups[1].Value.Trim(), "a program (Procfile)",
                "the line `web:` of Procfile starts the service");
        foreach (var folder in new[] { "", "bin/" })
            foreach (var name in Names)
                if (repository.Has(folder + name) && repository.IsExecutable(folder + name))
                    return ($"./{folder}{name}", $"a program (./{folder}{name})", $"./{folder}{name} is the service");
        var executable = repository.Files.Where(file => !file.Contains('/') && repository.IsExecutable(file)
            && repository.Has(file)).ToList();
        return executable is [var only] ? ($"./{only}", $"a program (./{only})",
            $"./{only} is the service: the one executable file here") : null;
    }
}
