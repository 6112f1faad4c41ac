using System.Text.Json;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class SpecSchemaTests
{
    [Fact]
    public void The_schema_that_is_checked_in_is_current()
    {
        var path = Path.Combine(Root(), "schema", "headway.schema.json");

        // `headway validate --schema > schema/headway.schema.json` writes it anew.
        Assert.Equal(File.ReadAllText(path), SpecSchema.Text);
    }

    [Fact]
    public void The_schema_knows_the_keys_that_the_reader_knows()
    {
        using var schema = JsonDocument.Parse(SpecSchema.Text);
        var run = schema.RootElement.GetProperty("properties").GetProperty("run").GetProperty("properties");

        foreach (var key in run.EnumerateObject())
            Assert.DoesNotContain("unknown key",
                SpecReader.Read("f", $"service: a\nrun: {{ command: x, {key.Name}: x }}").Says);
        Assert.True(run.TryGetProperty("start within", out _));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Headway.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("not within the repository");
        return folder.FullName;
    }
}
