using System.Diagnostics;
using Headway.Core.SupplyChain;
using Headway.Server.SupplyChain;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.SupplyChain;

/// <summary>What the libraries of sigstore and CycloneDX think of what Headway writes.</summary>
public sealed class ForeignReadersTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Sigstore_verifies_the_bundles_and_CycloneDX_finds_the_bill_valid()
    {
        using var folder = new TempFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "SupplyChain", "npm")))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        var (code, said) = await RunAsync(folder.Path, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        if (code != 0) Assert.Skip($"npm could not install the libraries here: {said}");
        await using var shop = await ReleasedShop.StartAsync();
        await shop.ReleaseAsync(1);
        shop.Repository
            .Write("packages.lock.json", """{"dependencies":{"net10.0":{"A":{"type":"Direct","resolved":"1.0.0","contentHash":"q80="}}}}""")
            .Write("requirements.txt", $"flask==3.0.0 --hash=sha256:{new string('1', 64)}\n")
            .Write("go.sum", "golang.org/x/text v0.14.0 h1:a=\n").Commit("With more lock files");
        var release = await shop.ReleaseAsync(2);
        List<string> arguments = ["check.mjs", Path.Combine(shop.Server.Data, "keys", "artifacts.pub")];
        foreach (var kind in (string[])[PredicateType.Signature, PredicateType.Provenance, PredicateType.BillOfMaterials])
        {
            var (_, bundle) = await shop.SaidAsync(release, kind);
            var file = Path.Combine(folder.Path, $"{bundle[7..]}.json");
            await File.WriteAllBytesAsync(
                file, (await shop.Server.Get<ReleaseShelf>().BytesAsync(bundle, 1 << 20, default)).Bytes!);
            arguments.Add(file);
        }

        (code, said) = await RunAsync(folder.Path, "node", [.. arguments]);

        output.WriteLine(said);
        Assert.True(code == 0, said);
        Assert.Contains("verified https://slsa.dev/provenance/v1", said);
        Assert.Contains("valid CycloneDX", said);
        var bytes = await File.ReadAllTextAsync(arguments[^1]);
        await File.WriteAllTextAsync(arguments[^1], bytes.Replace("\"payload\":\"eyJ", "\"payload\":\"eyK", StringComparison.Ordinal));
        Assert.NotEqual(0, (await RunAsync(folder.Path, "node", [.. arguments])).Code);
    }

    private static async Task<(int Code, string Said)> RunAsync(string folder, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var end = new CancellationTokenSource(Limit);
            await process.WaitForExitAsync(end.Token);
            return (process.ExitCode, await said + await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
