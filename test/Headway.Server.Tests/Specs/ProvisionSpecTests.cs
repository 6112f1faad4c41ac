using System.Diagnostics;
using Headway.Core.Provisioning;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class ProvisionSpecTests
{
    [Fact]
    public void Commands_and_jobs_become_jobs_that_reach_the_environment_and_are_never_taken_from_a_cache()
    {
        var spec = Read("{ make: ./make.sh, check: { run: ./check.sh, timeout: 2m }, check every: 30s, paths: [infra/**] }");
        Assert.Equal(("make", "./make.sh", true, false), (spec.Make.Name, spec.Make.Run, spec.Make.Network, spec.Make.Cache));
        Assert.Equal(("check", TimeSpan.FromMinutes(2), true, false), (spec.Check!.Name, spec.Check.Timeout, spec.Check.Network, spec.Check.Cache));
        Assert.Null(spec.Remove);
        Assert.Equal((TimeSpan.FromSeconds(30), "infra/**"), (spec.CheckEvery, Assert.Single(spec.Paths)));
        Assert.Equal(["make", "check"], spec.JobsOf(ProvisionAct.Make).Select(job => job.Name));
        Assert.Equal("make", Assert.Single(spec.JobsOf(ProvisionAct.Make)[1].Needs));
    }

    [Theory]
    [InlineData("{ check: ./check.sh }", "does not say how the environment is made")]
    [InlineData("{ make: ./make.sh, check every: 1m }", "nothing is looked at without `check`")]
    [InlineData("{ terraform: infra, make: ./make.sh }", "`make` has no place beside it")]
    [InlineData("{ terraform: ../infra }", "not a folder within the repository")]
    [InlineData("{ terraform: 'infra; rm -rf /' }", "not a folder within the repository")]
    [InlineData("{ make: { run: ./make.sh, artifact: out } }", "has no `artifact`")]
    [InlineData("{ mke: ./make.sh }", "unknown key `mke`")]
    public void What_makes_no_sense_is_said_with_its_place(string provision, string says)
    {
        var problems = SpecReader.Read("headway.yaml", Yaml(provision)).Problems;
        Assert.Contains(problems, problem => problem.ToString().Contains(says) && problem.Line == 5);
    }

    /// <summary>A program of that name writes down how it was called: what is proven is the order and the arguments, not Terraform.</summary>
    [Theory]
    [InlineData(ProvisionAct.Make, "init -input=false|workspace select -or-create production|apply -input=false -auto-approve")]
    [InlineData(ProvisionAct.Check, "init -input=false|workspace select -or-create production|plan -input=false -detailed-exitcode")]
    [InlineData(ProvisionAct.Remove, "init -input=false|workspace select -or-create production|destroy -input=false -auto-approve")]
    public void A_folder_of_Terraform_is_applied_looked_at_and_destroyed_in_the_workspace_of_its_environment(ProvisionAct act, string calls)
    {
        var spec = Read("{ terraform: infra }");
        Assert.Equal("infra/**", Assert.Single(spec.Paths));
        var folder = Directory.CreateTempSubdirectory("headway-terraform-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        Directory.CreateDirectory(Path.Combine(folder, "infra"));
        var program = Path.Combine(folder, "bin", "tofu");
        File.WriteAllText(program, "#!/bin/sh\necho \"$*\" >> ../calls\ntest \"$1\" != plan || exit 2\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(act is ProvisionAct.Check ? 2 : 0, Run(folder, spec.JobsOf(act)[0].Run));
        Assert.Equal(calls, string.Join('|', File.ReadAllLines(Path.Combine(folder, "calls"))));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Critical_services_have_stricter_defaults_and_what_is_written_counts()
    {
        var unwritten = Spec("service: shop\ntier: critical\nrun: { command: ./run }\n").Environments.Single();
        Assert.Equal([0.01, 0.05, 0.25, 0.5], ((StrategySpec.Canary)unwritten.Strategy!).Steps.Select(step => step.Share));
        Assert.Equal((25, TimeSpan.FromHours(2)), (unwritten.BudgetFailedRequests, unwritten.HoldBack));
        var some = Spec("service: shop\ntier: critical\nrun: { command: ./run }\nrelease: { staging: {}, a: { canary: [5%] }, b: { canary: [5%], hold back: 5m, exposure: 80 failed requests } }\n").Environments;
        Assert.Equal([(50, 0), (25, 120), (80, 5)], some.Select(each => (each.BudgetFailedRequests, (int)each.HoldBack.TotalMinutes)));
        Assert.Equal((50, TimeSpan.FromHours(1)), (Standard().BudgetFailedRequests, Standard().HoldBack));
    }

    private static EnvironmentSpec Standard() => Spec("service: shop\nrun: { command: ./run }\n").Environments.Single();

    private static ProvisionSpec Read(string provision) => Spec(Yaml(provision)).Environments.Single().Provision!;

    private static ServiceSpec Spec(string yaml)
    {
        var reading = SpecReader.Read("headway.yaml", yaml);
        Assert.Empty(reading.Problems);
        return reading.Spec!;
    }

    private static string Yaml(string provision) => $"service: shop\nrun: {{ command: ./run }}\nrelease:\n  production:\n    provision: {provision}\n";

    private static int Run(string folder, string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = folder };
        start.Environment["PATH"] = $"{Path.Combine(folder, "bin")}:/usr/bin:/bin";
        start.Environment["HEADWAY_ENVIRONMENT"] = "production";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
