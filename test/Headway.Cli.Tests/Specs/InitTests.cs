using Headway.Core.Services;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Cli.Tests.Specs;

public sealed class InitTests
{
    private const string Web = """
        <Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><AssemblyName>Kiosk</AssemblyName></PropertyGroup></Project>
        """;

    [Fact]
    public async Task A_dotnet_web_service_with_tests_is_recognised()
    {
        using var folder = Folder.Repository(
            ("src/Shop/Shop.csproj", Web),
            ("src/Shop/Program.cs", "app.MapGet(\"/healthz\", () => \"ok\");"),
            ("src/Lib/Lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"/>"),
            ("test/Shop.Tests/Shop.Tests.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference "
                    + "Include=\"Microsoft.NET.Test.Sdk\"/></ItemGroup></Project>"));

        var (spec, ran) = await InitAsync(folder);

        Assert.Equal("kiosk", spec.Service);
        Assert.Equal(["test", "package"], spec.Jobs.Select(job => job.Name));
        Assert.Equal("dotnet test test/Shop.Tests/Shop.Tests.csproj --logger trx", spec.Jobs[0].Run);
        Assert.Equal("dotnet publish src/Shop/Shop.csproj -c Release -o out", spec.Jobs[1].Run);
        Assert.Equal("out", spec.Jobs[1].Artifact);
        Assert.Equal(["test"], spec.Jobs[1].Needs);
        Assert.True(spec.Jobs[0].Network);
        Assert.Equal("./out/Kiosk", spec.Run.Command);
        Assert.Equal("/healthz", spec.Run.Health);
        Assert.Contains("assumed: /healthz answers 2xx when it is ready (found in src/Shop/Program.cs)", ran.Out);
    }

    [Fact]
    public async Task A_dotnet_project_without_packages_needs_no_network()
    {
        using var folder = Folder.Repository(("Shop.csproj", Web));

        var (spec, ran) = await InitAsync(folder);

        Assert.False(Assert.Single(spec.Jobs).Network);
        Assert.Contains("please look: no test project was found", ran.Out);
        Assert.Contains("please look: no health path was found", ran.Out);
    }

    [Fact]
    public async Task A_node_service_is_recognised_with_its_scripts_and_lock_file()
    {
        using var folder = Folder.Repository(
            ("package.json", """
                { "name": "@acme/Hello World", "engines": { "node": ">=20" }, "dependencies": { "express": "4" },
                  "scripts": { "start": "node src/server.js", "test": "node --test", "build": "tsc" } }
                """),
            ("package-lock.json", "{}"),
            ("src/server.js", "app.get('/health', ok); app.listen(process.env.PORT)"));

        var (spec, ran) = await InitAsync(folder);

        Assert.Equal("acme-hello-world", spec.Service);
        Assert.Equal("npm ci && npm test", spec.Jobs[0].Run);
        Assert.Equal("npm ci && npm run build", spec.Jobs[1].Run);
        Assert.Equal(".", spec.Jobs[1].Artifact);
        Assert.Equal("node src/server.js", spec.Run.Command);
        Assert.Equal("/health", spec.Run.Health);
        Assert.Contains("Node >=20 is on this machine", ran.Out);
        Assert.DoesNotContain("process.env.PORT", ran.Out);
    }

    [Fact]
    public async Task A_node_service_without_packages_or_tests_says_so()
    {
        using var folder = Folder.Repository(
            ("package.json", """{ "scripts": { "test": "echo \"Error: no test specified\" && exit 1" } }"""),
            ("server.js", "require('http').createServer().listen(3000)"));

        var (spec, ran) = await InitAsync(folder);

        Assert.Equal("node server.js", spec.Run.Command);
        Assert.False(Assert.Single(spec.Jobs).Network);
        Assert.Contains("please look: nothing reads process.env.PORT", ran.Out);
        Assert.Contains("please look: package.json has no test script", ran.Out);
    }

    [Fact]
    public async Task A_plain_executable_is_recognised()
    {
        using var folder = Folder.Repository(("Makefile", "test:\n\ttrue\nbuild:\n\ttrue\n"), ("README.md", "x"));
        folder.Write("server", "#!/bin/sh\n", executable: true);

        var (spec, ran) = await InitAsync(folder);

        Assert.Equal("./server", spec.Run.Command);
        Assert.Equal("make test", spec.Jobs[0].Run);
        Assert.Equal("make build", spec.Jobs[1].Run);
        Assert.Contains("assumed: ./server is the service", ran.Out);
    }

    [Fact]
    public async Task A_procfile_is_recognised()
    {
        using var folder = Folder.Repository(("Procfile", "worker: x\nweb: ./serve --port \"$PORT\" # go\n"));

        var (spec, _) = await InitAsync(folder);

        Assert.Equal("./serve --port \"$PORT\" # go", spec.Run.Command);
    }

    [Theory]
    [InlineData("go.mod", "module x", "cmd/web/main.go", "package main", "./out/server")]
    [InlineData("requirements.txt", "flask", "app.py", "import flask", "./venv/bin/python app.py")]
    public async Task Go_and_python_are_recognised_and_doubts_are_said(
        string file, string text, string source, string code, string command)
    {
        using var folder = Folder.Repository((file, text), (source, code));

        var (spec, ran) = await InitAsync(folder);

        Assert.Equal(command, spec.Run.Command);
        Assert.Contains("please look: nothing reads PORT", ran.Out);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_overwritten_without_force()
    {
        using var folder = Folder.Repository(("Shop.csproj", Web), ("headway.yaml", "mine"));

        var refused = await Ran.Headway("init", folder.Path);
        Assert.Equal(5, refused.ExitCode);
        Assert.Equal("mine", folder.Read("headway.yaml"));

        Assert.Equal(0, (await Ran.Headway("init", folder.Path, "--force")).ExitCode);
        Assert.StartsWith("# How Headway builds", folder.Read("headway.yaml"));
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_or_no_service_is_refused_with_what_to_do()
    {
        using var plain = new Folder();
        var noRepository = await Ran.Headway("init", plain.Path);
        Assert.Equal(5, noRepository.ExitCode);
        Assert.Contains("is in no git repository", noRepository.Error);

        using var empty = Folder.Repository(("README.md", "x"));
        var noService = await Ran.Headway("init", empty.Path);
        Assert.Equal(1, noService.ExitCode);
        Assert.Contains("Nothing here looks like a service", noService.Error);
        Assert.False(File.Exists(Path.Combine(empty.Path, "headway.yaml")));
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("[]")]
    [InlineData("{ \"scripts\": 5, \"name\": [] }")]
    public async Task A_broken_package_json_is_not_a_service(string text)
    {
        using var folder = Folder.Repository(("package.json", text));

        Assert.Equal(1, (await Ran.Headway("init", folder.Path)).ExitCode);
    }

    private static async Task<(ServiceSpec Spec, Ran Ran)> InitAsync(Folder folder)
    {
        var ran = await Ran.Headway("init", folder.Path);
        Assert.True(ran.ExitCode == 0, ran.Error);
        var reading = SpecReader.Read("headway.yaml", folder.Read("headway.yaml"));
        Assert.Equal("", reading.Says);
        return (reading.Spec!, ran);
    }
}
