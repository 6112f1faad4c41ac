using Headway.Core.Services;
using Headway.Server.Specs;
using Headway.Server.Specs.Templates;
using Xunit;

namespace Headway.Server.Tests.Specs;

/// <summary>Templates of jobs: parameters, versions, what a service may add, and templates that include themselves.</summary>
public sealed class TemplateTests
{
    private const string Dotnet = """
        template: dotnet
        version: 2.1.0
        parameters:
          project: {}
          network: { type: bool, default: false }
          minutes: { type: number, default: 10 }
          level: { type: choice, of: [quick, full], default: quick }
        extend: { test: [env, timeout, needs] }
        build:
          test: { run: "dotnet test ${{ project }} --filter ${{ level }}", network: "${{ network }}", env: { LEVEL: "${{ level }}" } }
          package: { run: "dotnet publish ${{project}}", needs: [test], artifact: out, timeout: "${{ minutes }}m" }
        """;

    private static readonly KnownTemplates Known = Add(Add(Add(KnownTemplates.None, Dotnet),
        Dotnet.Replace("2.1.0", "2.0.9").Replace("dotnet test", "old")), Dotnet.Replace("2.1.0", "1.0.0"));

    private static KnownTemplates Add(KnownTemplates known, string text)
    {
        var (with, _, problems) = known.With("t.yaml", text);
        Assert.Empty(problems);
        return with;
    }

    private static SpecReading Read(string build, KnownTemplates? known = null) => SpecReader.Read("headway.yaml",
        $"service: shop\nrun: {{ command: ./run }}\nbuild:\n  {build.ReplaceLineEndings("\n  ")}\n", known ?? Known);

    private static ServiceSpec Right(string build)
    {
        var reading = Read(build);
        Assert.True(reading.Spec is not null, reading.Says);
        return reading.Spec;
    }

    [Fact]
    public void A_build_is_made_of_a_template_with_the_values_of_the_service()
    {
        var spec = Right("use: dotnet@2\nwith: { project: src/App, network: true, minutes: 3 }\nlint: { run: make lint }");
        Assert.Equal(["test", "package", "lint"], spec.Jobs.Select(job => job.Name));
        Assert.Equal("dotnet test src/App --filter quick", spec.Jobs[0].Run);
        Assert.True(spec.Jobs[0].Network);
        Assert.Equal(TimeSpan.FromMinutes(3), spec.Jobs[1].Timeout);
        Assert.Equal(["dotnet@2.1.0", "dotnet@2.1.0", null], spec.Jobs.Select(job => job.Template));
        var used = Assert.Single(spec.Templates);
        Assert.Equal(("dotnet", "2.1.0"), (used.Name, used.Version));
        Assert.StartsWith("sha256:", used.Digest);
    }

    [Theory]
    [InlineData("dotnet@2", "2.1.0")]
    [InlineData("dotnet@2.0", "2.0.9")]
    [InlineData("dotnet@1.0.0", "1.0.0")]
    public void A_version_may_leave_out_its_last_numbers(string use, string version) =>
        Assert.Equal(version, Right($"use: {use}\nwith: {{ project: a }}").Templates[0].Version);

    [Fact]
    public void A_service_adds_what_the_template_lets_it_add()
    {
        var spec = Right("use: dotnet@2\nwith: { project: a }\n"
            + "extend: { test: { env: { LEVEL: mine, MORE: 1 }, timeout: 1h, needs: [lint] } }\nlint: { run: x }");
        Assert.Equal([("LEVEL", "quick"), ("MORE", "1")], spec.Jobs[0].Variables.Select(each => (each.Key, each.Value)));
        Assert.Equal(TimeSpan.FromHours(1), spec.Jobs[0].Timeout);
        Assert.Equal(["lint"], spec.Jobs[0].Needs);
    }

    [Fact]
    public void One_job_can_be_made_of_a_template()
    {
        var spec = Right("""
            test: { use: dotnet@2, with: { project: b }, timeout: 2m }
            pack: { run: x, artifact: out }
            """);
        Assert.Equal("dotnet test b --filter quick", spec.Jobs[0].Run);
        Assert.Equal(TimeSpan.FromMinutes(2), spec.Jobs[0].Timeout);
        Assert.Equal("dotnet@2.1.0", spec.Jobs[0].Template);
    }

    [Theory]
    [InlineData("use: dotnet@2", "headway.yaml:4:8: dotnet@2.1.0 needs the parameter `project`")]
    [InlineData("use: dotnet@2\nwith: { projekt: a, project: a }", "headway.yaml:5:11: dotnet@2.1.0 has no parameter `projekt`. Did you mean `project`?")]
    [InlineData("use: dotnet@2\nwith: { project: a, minutes: many }", "`many` is no number")]
    [InlineData("use: dotnet@2\nwith: { project: a, network: maybe }", "neither true nor false")]
    [InlineData("use: dotnet@2\nwith: { project: a, level: ful }", "`ful` cannot be chosen. Did you mean `full`?")]
    [InlineData("use: dotnet@2\nwith: { project: \"a || true\" }", "could take for more than text")]
    [InlineData("use: dotnet@3\nwith: { project: a }", "has no version 3, only 2.1.0, 2.0.9, 1.0.0")]
    [InlineData("use: dotnett@2\nwith: { project: a }", "there is no template `dotnett`. Did you mean `dotnet`?")]
    [InlineData("use: dotnet", "names no template")]
    [InlineData("use: dotnet@2\nwith: { project: a }\ntest: { run: \"true\" }", "`test` is a job of dotnet@2.1.0")]
    [InlineData("use: dotnet@2\nwith: { project: a }\nextend: { test: { run: \"true\" } }", "does not let a service set `run` of its job test")]
    [InlineData("use: dotnet@2\nwith: { project: a }\nextend: { tst: { env: {} } }", "has no job `tst`. Did you mean `test`?")]
    [InlineData("use: dotnet@2\nwith: { project: a }\nextend: { package: { timeout: 1h } }", "nothing but `use` and `with`")]
    [InlineData("other: { use: dotnet@2, with: { project: a } }", "has several jobs and none is called `other`")]
    public void What_is_wrong_is_said_with_its_place(string build, string says)
    {
        var reading = Read(build);
        Assert.Null(reading.Spec);
        Assert.Contains(says, reading.Says);
    }

    [Theory]
    [InlineData("build: { a: { run: x } }", "has no `template`")]
    [InlineData("template: a\nversion: 1\nbuild: { a: { run: x } }", "`1` is no version")]
    [InlineData("template: a\nversion: 1.0.0\nbuild: {}", "the template has no job")]
    [InlineData("template: a\nversion: 1.0.0\nbuild: { a: { runn: x } }", "t.yaml:3:15: unknown key `runn`")]
    [InlineData("template: a\nversion: 1.0.0\nbuild: { a: { run: \"${{ x }}\" } }", "names no parameter of a@1.0.0")]
    [InlineData("template: a\nversion: 1.0.0\nparameters: { x: { type: number, default: y } }\nbuild: { a: { run: x } }", "`y` is no number")]
    [InlineData("template: a\nversion: 1.0.0\nparameters: { x: { pattern: \"[\" } }\nbuild: { a: { run: x } }", "no pattern of a text")]
    [InlineData("template: a\nversion: 1.0.0\nextend: { b: [env] }\nbuild: { a: { run: x } }", "`extend` names a job `b`")]
    public void A_template_that_is_wrong_is_not_kept(string text, string says)
    {
        var (_, added, problems) = KnownTemplates.None.With("t.yaml", text);
        Assert.Null(added);
        Assert.Contains(says, string.Join('\n', problems));
    }

    [Fact]
    public void A_template_that_includes_itself_is_refused_with_the_chain()
    {
        var (_, _, direct) = KnownTemplates.None.With("t.yaml", "template: a\nversion: 1.0.0\nbuild: { use: a@1 }");
        Assert.Contains("a@1.0.0 uses a@1.0.0", Assert.Single(direct).Says);

        var known = Add(Add(KnownTemplates.None, "template: a\nversion: 1.0.0\nbuild: { x: { run: x } }"),
            "template: b\nversion: 1.0.0\nbuild: { use: a@1 }");
        var (_, _, chain) = known.With("t.yaml", "template: a\nversion: 1.1.0\nbuild: { use: b@1 }");
        Assert.Contains("a@1.1.0 uses b@1.0.0, b@1.0.0 uses a@1.1.0", Assert.Single(chain).Says);
    }

    [Fact]
    public void Templates_use_templates_up_to_a_depth()
    {
        var known = Add(KnownTemplates.None, "template: t0\nversion: 1.0.0\nbuild: { x: { run: x, artifact: out } }");
        for (var i = 1; i <= 4; i++)
            known = Add(known, $"template: t{i}\nversion: 1.0.0\nbuild: {{ use: t{i - 1}@1 }}");
        Assert.Equal(5, Read("use: t4@1", known).Spec!.Templates.Length);
        var (_, _, problems) = known.With("t.yaml", "template: t5\nversion: 1.0.0\nbuild: { use: t4@1 }");
        Assert.Contains("more than 5 levels", Assert.Single(problems).Says);
    }

    [Fact]
    public void A_pattern_keeps_commands_out_of_a_value()
    {
        var known = Add(KnownTemplates.None, "template: a\nversion: 1.0.0\nparameters: { p: { pattern: \"[a-z/]+\", "
            + "default: x } }\nbuild: { a: { run: \"make ${{ p }}\", artifact: out } }");
        Assert.Contains("does not match", Read("use: a@1\nwith: { p: \"x; rm -rf /\" }", known).Says);
        Assert.Equal("make src/x", Read("use: a@1\nwith: { p: src/x }", known).Spec!.Jobs[0].Run);
    }

    [Fact]
    public void A_value_is_never_read_as_a_parameter()
    {
        var known = Add(KnownTemplates.None, "template: a\nversion: 1.0.0\nparameters: { p: { pattern: \".*\" }, q: {} }\n"
            + "build: { a: { run: \"${{ p }} ${{ q }}\", artifact: out } }");
        Assert.Equal("${{ q }} 1", Read("use: a@1\nwith: { p: \"${{ q }}\", q: 1 }", known).Spec!.Jobs[0].Run);
    }
}
