using System.Collections.Immutable;

namespace Headway.Cli.Repositories;

/// <summary>Go and Python: recognised by their files, with honest words about what could not be found out.</summary>
internal static class OtherLanguages
{
    private static readonly string[] PythonFiles = ["app.py", "main.py", "server.py", "wsgi.py", "manage.py"];

    public static ServiceGuess? Recognise(Repository repository) => Go(repository) ?? Python(repository);

    private static ServiceGuess? Go(Repository repository)
    {
        if (!repository.Has("go.mod")) return null;
        var main = repository.Sources(".go").FirstOrDefault(file => !file.EndsWith("_test.go", StringComparison.Ordinal)
            && repository.Text(file).Contains("package main", StringComparison.Ordinal));
        if (main is null) return null;
        var folder = Path.GetDirectoryName(main) is { Length: > 0 } path ? $"./{path}" : ".";
        var tested = repository.Sources("_test.go").Any();
        var network = repository.Has("go.sum");
        var (health, assumed, missing) = Recognition.Health(repository, ".go");
        return new("a Go program (go.mod)", Recognition.Name(Path.GetFileName(repository.Root)),
            [
                .. tested ? [new JobGuess("test", "go test ./...", Network: network)] : ImmutableArray<JobGuess>.Empty,
                new("package", $"go build -o out/server {folder}", "out", tested ? "test" : null, Network: network),
            ],
            "./out/server", health,
            [$"{main} is the service", "Go is on this machine", .. Some(assumed)],
            [.. Reads(repository, "PORT", ".go"), .. Some(missing)]);
    }

    private static ServiceGuess? Python(Repository repository)
    {
        var main = PythonFiles.FirstOrDefault(repository.Has);
        if (main is null) return null;
        var needs = repository.Has("requirements.txt");
        var (health, assumed, missing) = Recognition.Health(repository, ".py");
        var python = needs ? "./venv/bin/python" : "python3";
        return new($"a Python program ({main})", Recognition.Name(Path.GetFileName(repository.Root)),
            [
                new("package", needs ? "python3 -m venv --copies venv && ./venv/bin/pip install -r requirements.txt"
                    : "true", ".",
                    Network: needs),
            ],
            $"{python} {main}", health,
            ["Python 3 is on this machine", .. Some(assumed)],
            [
                $"`{python} {main}` must serve HTTP; where gunicorn or uvicorn does that, write its command instead",
                "no test job was written, since how the tests are run could not be found out",
                .. Some(needs ? "the virtual environment is moved with the artifact: use `python -m`, not scripts in "
                    + "venv/bin" : null),
                .. Reads(repository, "PORT", ".py"), .. Some(missing),
            ]);
    }

    private static string[] Some(string? one) => one is null ? [] : [one];

    private static string[] Reads(Repository repository, string variable, string ending) =>
        repository.Sources(ending).Any(file => repository.Text(file)
            .Contains($"\"{variable}\"", StringComparison.Ordinal)
            || repository.Text(file).Contains($"'{variable}'", StringComparison.Ordinal))
            ? [] : [$"nothing reads {variable}: the service must listen on the port it is given there"];
}
