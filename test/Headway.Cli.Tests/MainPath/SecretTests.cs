using System.Security.Cryptography;
using System.Text;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Secrets from the command line to a job, a check and an instance, and nowhere else.</summary>
public sealed class SecretTests(ITestOutputHelper output)
{
    private const string Npm = "npm_q7WmZ0c1RrT9yL3v", First = "pg-first-3fK9sQ2x/+=a b", Second = "pg-second-8dJ4tW6z&c", Cert = "cert-5hN7uE1m\nline-of-it-2pX8";

    /// <summary>Fails unless the value is the one meant, and then writes it in every way it knows.</summary>
    private static string Writing(string variable, string value) =>
        $"test $(printf %s \"${variable}\" | sha256sum | cut -c1-64) = {Hash(value)} || exit 9; echo plain \"${variable}\"; "
        + $"printf %s \"${variable}\" | base64; printf %s \"x:${variable}\" | base64; printf %s \"${variable}\" | od -An -tx1 | tr -d \" \\n\"; echo; ";

    [Fact]
    public async Task A_job_and_an_instance_use_secrets_that_are_nowhere_in_clear_and_staging_is_not_given_those_of_production()
    {
        using var greeter = new Greeter(Scenes.Canary)
        {
            Build = $"build: {{ package: {{ run: '{Writing("NPM_TOKEN", Npm)} printf npm_q7Wm; sleep 0.3; printf %s\\\\n Z0c1RrT9yL3v', "
                + "artifact: ., secrets: { NPM_TOKEN: shared/npm } } }",
            Run = ", instances: 2, secrets: { CERT: { secret: shop/cert, file: true } }",
        };
        greeter.Release = With(greeter.FirstRelease, "production", "secrets: [DATABASE]");
        greeter.Command = $"if [ $HEADWAY_ENVIRONMENT = production ]; then {Either("DATABASE", First, Second)} fi; cat \"$CERT\"; exec perl greeter.pl";
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);

        // Nothing is set yet: the job says which name is meant, and that is all that happens.
        await headway.UntilAsync("the first run fails for want of a secret", async () =>
            (await RunAsync(headway, 1)) is { Outcome: RunOutcome.Failed } run
            && run.Says!.Contains("There is no secret `shared/npm`", StringComparison.Ordinal));
        await SetAsync(headway, Npm, "shared/npm", "--service", "*", "--jobs", "branches");
        await SetAsync(headway, Cert, "shop/cert", "--service", "greeter", "--environment", "*");
        await SetAsync(headway, First, "DATABASE", "--service", "greeter", "--environment", "production");
        greeter.Commit(2);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);

        await CheckMaskedAsync(headway);
        await CheckNotGivenAsync(headway, greeter);
        await CheckRotationAsync(headway, greeter);
        CheckNowhere(headway.Data);
        var record = await headway.StopAsync();
        CheckNowhere(headway.Data);
        record.HoldsTogether();
    }

    private static async Task CheckMaskedAsync(RunningHeadway headway)
    {
        var log = await headway.Api.TextAsync($"api/v1/runs/{Greeter.Name}-2/jobs/package/log", default);
        Assert.Contains("plain ***", log);
        Assert.Equal(5, log.Split("***").Length - 1);
        await headway.UntilAsync("the output of instances is there, masked", async () =>
        {
            var said = (await headway.CommandAsync("logs", Greeter.Name, "--environment", "production")).Out;
            return said.Contains("plain ****", StringComparison.Ordinal) && !Looks.Any(said.Contains);
        });
        foreach (var line in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Select(CommandLine))
            Assert.DoesNotContain(First, line);
        var history = (await headway.CommandAsync("secrets", "history", "shared/npm")).Out;
        Assert.Contains($"version 1 was given to job {Greeter.Name}-2/package", history);
        Assert.Contains("in greeter/production on node local", (await headway.CommandAsync("secrets", "history", "DATABASE")).Out);
    }

    /// <summary>A commit that asks for the secret of production in staging, and one whose job does.</summary>
    private static async Task CheckNotGivenAsync(RunningHeadway headway, Greeter greeter)
    {
        var (release, build) = (greeter.Release, greeter.Build);
        greeter.Release = With(greeter.FirstRelease, "staging", "secrets: [DATABASE]");
        greeter.Commit(3);
        await headway.UntilAsync("staging is held, and it says why", async () =>
            (await headway.CommandAsync("why", Greeter.Name)).Out.Contains(
                "The secret `DATABASE` is not given to `staging`: it is for `production`.", StringComparison.Ordinal));
        greeter.Release = release;
        greeter.Build = build.Replace("NPM_TOKEN: shared/npm", "NPM_TOKEN: DATABASE", StringComparison.Ordinal);
        greeter.Commit(4);
        await headway.UntilAsync("the job is refused", async () => (await RunAsync(headway, 4)) is { Outcome: RunOutcome.Failed } run
            && run.Says!.Contains("The secret `DATABASE` is not given to jobs", StringComparison.Ordinal));
        Assert.Contains("it was refused to job greeter-4/package", (await headway.CommandAsync("secrets", "history", "DATABASE")).Out);
        greeter.Build = build;
    }

    /// <summary>A new version reaches instances one by one, and no user notices.</summary>
    private async Task CheckRotationAsync(RunningHeadway headway, Greeter greeter)
    {
        await using var visitors = new Visitors(greeter.Address, false, "/");
        await SetAsync(headway, Second, "DATABASE");
        var status = (await headway.CommandAsync("secrets", "status", "DATABASE")).Out;
        Assert.Contains("2 instances still run with version 1 (previous)", status);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("secrets", "restart", "DATABASE")).ExitCode);
        await headway.UntilAsync("both instances have the new version", async () =>
            (await headway.CommandAsync("secrets", "status", "DATABASE")).Out.Contains("No instance runs with version 1 any more", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("secrets", "retire", "DATABASE")).ExitCode);
        Assert.Contains("the value of version 1 was destroyed", (await headway.CommandAsync("secrets", "history", "DATABASE")).Out);
        await visitors.LeaveAsync();
        output.WriteLine($"{visitors}");
        Assert.Equal(0, visitors.AllFailed);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("secrets", "rotate-key")).ExitCode);
    }

    /// <summary>Every file of server, node and runner: database, logs, artifacts, documents.</summary>
    private static void CheckNowhere(string data)
    {
        var searched = 0;
        foreach (var file in Directory.EnumerateFiles(data, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                var text = Encoding.Latin1.GetString(bytes.ToArray());
                searched++;
                foreach (var look in Looks) Assert.False(text.Contains(look, StringComparison.Ordinal), $"{file} holds {look}");
            }
            catch (IOException)
            {
                // A socket, or gone meanwhile.
            }
        Assert.True(searched > 50, $"Only {searched} files were looked at.");
    }

    private static readonly string[] Looks = [.. new[] { Npm, First, Second, "cert-5hN7uE1m", "line-of-it-2pX8" }
        .SelectMany(secret => new[]
        {
            secret, Base64(secret), Base64("x:" + secret)[4..^4], Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
        })];

    private static async Task SetAsync(RunningHeadway headway, string value, params string[] arguments)
    {
        var set = await headway.CommandWithAsync(value + "\n", ["secrets", "set", .. arguments]);
        Assert.True(set.ExitCode == ExitCode.Ok, set.Error);
        Assert.DoesNotContain(value, set.Out + set.Error);
    }

    private static async Task<RunState?> RunAsync(RunningHeadway headway, int number) =>
        (await headway.Api.GetAsync<RunState[]>("api/v1/runs", default)).FirstOrDefault(run => run.Number == number);

    private static string Either(string variable, string one, string other) => Writing(variable, one).Replace(
        $"= {Hash(one)} ||", $"= {Hash(one)} || test $(printf %s \"${variable}\" | sha256sum | cut -c1-64) = {Hash(other)} ||", StringComparison.Ordinal);

    private static string With(string release, string environment, string more) =>
        release.Replace($"{environment}: {{ ", $"{environment}: {{ {more}, ", StringComparison.Ordinal);

    private static string CommandLine(string process)
    {
        try { return File.ReadAllText(Path.Combine(process, "cmdline")); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return ""; }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
