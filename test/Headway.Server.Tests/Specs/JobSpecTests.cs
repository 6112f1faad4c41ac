using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

/// <summary>Matrix, conditions, paths and the cache in headway.yaml, and everything that can be wrong with them.</summary>
public sealed class JobSpecTests
{
    private static SpecReading Read(string jobs) => SpecReader.Read("headway.yaml", $$"""
        service: shop
        run: { command: ./run }
        build:
          package: { run: make, artifact: out }
        {{jobs.ReplaceLineEndings("\n  ").Insert(0, "  ")}}
        """);

    private static ServiceSpec Right(string jobs)
    {
        var reading = Read(jobs);
        Assert.True(reading.Spec is not null, reading.Says);
        return reading.Spec;
    }

    [Fact]
    public void Each_cell_of_a_matrix_is_a_job_with_its_values_as_variables()
    {
        var spec = Right("""
            test: { run: make test, matrix: { postgres: [15, 16], os: [debian, alpine] }, env: { LEVEL: 2 } }
            after: { run: "true", needs: test }
            """);
        Assert.Equal(
            ["package", "test (postgres=15, os=debian)", "test (postgres=15, os=alpine)",
                "test (postgres=16, os=debian)", "test (postgres=16, os=alpine)", "after"],
            spec.Jobs.Select(job => job.Name));
        Assert.Equal([("LEVEL", "2"), ("os", "debian"), ("postgres", "16")],
            spec.Jobs[3].Variables.Select(variable => (variable.Key, variable.Value)));
        Assert.Equal(spec.Jobs.Where(job => job.Matrix is not null).Select(job => job.Name), spec.Jobs[^1].Needs);
        Assert.Equal("test", spec.Jobs[1].WrittenName);
    }

    [Fact]
    public void Excluded_cells_are_left_out()
    {
        var spec = Right("""
            test: { run: make, matrix: { pg: [15, 16], os: [a, b], exclude: [ { pg: 15, os: b }, { pg: 16, os: a } ] } }
            """);
        Assert.Equal(["test (pg=15, os=a)", "test (pg=16, os=b)"],
            spec.Jobs.Where(job => job.Matrix is not null).Select(job => job.Name));
    }

    [Fact]
    public void What_a_name_cannot_hold_is_replaced_and_the_variable_keeps_it()
    {
        var job = Right("""test: { run: make, matrix: { image: ["node:22/alpine #1"] } }""").Jobs[1];
        Assert.Equal("test (image=node-22-alpine--1)", job.Name);
        Assert.Equal("node:22/alpine #1", job.Variables["image"]);
    }

    [Theory]
    [InlineData("matrix: {}", "no axis")]
    [InlineData("matrix: { pg: [] }", "`pg` has no value")]
    [InlineData("matrix: { pg: 15 }", "cannot be `15`")]
    [InlineData("matrix: { PORT: [1] }", "set by Headway")]
    [InlineData("matrix: { pg: [\"1:2\", \"1/2\"] }", "both be called `1-2`")]
    [InlineData("matrix: { pg: [15], exclude: [ { pg: 15 } ] }", "leaves no cell")]
    [InlineData("matrix: { pg: [15], exclude: [ { pq: 15 } ] }", "Did you mean `pg`?")]
    [InlineData("matrix: { pg: [15], exclude: [ { pg: 16 } ] }", "`16` is no value of `pg`")]
    [InlineData("matrix: { pg: [15] }, env: { pg: 1 }", "an axis of `matrix` and a variable of `env`")]
    [InlineData("matrix: { a: [1,2,3,4], b: [1,2,3,4], c: [1,2,3,4] }", "64 cells")]
    [InlineData("matrix: { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }", "at most 5")]
    [InlineData("when: \"event = 'push'\"", "the condition is wrong at its character")]
    [InlineData("when: \"evnt == 'push'\"", "headway.yaml:5:29: the condition is wrong at its character 1")]
    [InlineData("when: event == x", "headway.yaml:5:37: the condition is wrong at its character 10")]
    [InlineData("paths: ../x", "matches nothing in the source")]
    [InlineData("paths: { a: b }", "cannot be a mapping")]
    [InlineData("cache: sometimes", "`true` or `false`")]
    public void What_is_wrong_is_said_with_its_place(string keys, string says)
    {
        var reading = Read($"test: {{ run: make, {keys} }}");
        Assert.Null(reading.Spec);
        Assert.Contains(says, reading.Says);
    }

    [Fact]
    public void A_matrix_cannot_keep_the_artifact()
    {
        var reading = SpecReader.Read("headway.yaml", """
            service: shop
            run: { command: ./run }
            build:
              package: { run: make, artifact: out, matrix: { a: [1, 2] } }
            """);
        Assert.Contains("has a matrix and keeps an artifact", reading.Says);
    }

    [Fact]
    public void With_all_cells_there_are_at_most_200_jobs()
    {
        var five = string.Join('\n', Enumerable.Range(0, 5).Select(i =>
            $"t{i}: {{ run: make, matrix: {{ a: [1,2,3,4,5,6,7], b: [1,2,3,4,5,6,7] }} }}"));
        Assert.Contains("there are 246 jobs", Read(five).Says);
    }

    [Fact]
    public void Conditions_patterns_and_the_cache_are_read()
    {
        var job = Right("test: { run: make, when: \"event == 'tag'\", paths: [src/**, \"!**/*.md\"], "
            + "inputs: src, cache: true }").Jobs[1];
        Assert.Equal("event == 'tag'", job.When);
        Assert.Equal(["src/**", "!**/*.md"], job.Paths);
        Assert.Equal(["src"], job.Inputs);
        Assert.True(job.Cache);
    }
}
