using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>Real tools in the sandbox: they find their home, their caches and themselves.</summary>
public sealed class BuildToolTests
{
    [Fact]
    public async Task A_dotnet_service_is_published_without_network_and_runs()
    {
        using var bench = await CommandBench.MakeAsync();
        File.WriteAllText(Path.Combine(bench.Folder.Source, "Shop.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
              <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>
            </PropertyGroup></Project>
            """);
        File.WriteAllText(Path.Combine(bench.Folder.Source, "Program.cs"), "Console.WriteLine(\"sold\");");
        var (code, output) = await bench.RunAsync("dotnet publish -c Release -o out --nologo -v q && ./out/Shop");
        Assert.True(code == 0, output);
        Assert.EndsWith("sold\n", output);
    }

    [Fact]
    public async Task Git_and_the_shell_find_who_they_are()
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        var (code, output) = await bench.RunAsync(
            "git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m x "
                + "&& git log --format=%s && pwd && echo $HOME");
        Assert.True(code == 0, output);
        Assert.Equal("x\n/job\n/home/job\n", output);
    }
}
