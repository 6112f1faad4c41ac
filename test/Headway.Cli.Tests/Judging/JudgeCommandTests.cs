using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Judging;
using Xunit;

namespace Headway.Cli.Tests.Judging;

public sealed class JudgeCommandTests : IDisposable
{
    private const string Case = """
        {"title":"own","tolerance":1e-9,"cases":[{"name":"quiet","config":{"theta0":"1.25","lo_odds":"1.5"},
        "history":{"k":0,"n":0},"ticks":[[0,0,3,0]],"expect_fail":{"log_e_after_tick":[0],"A":0.5,"N":50}}],
        "combine":[{"weights":[0.5,0.5],"log_e":[0,0],"expect_total":0}]}
        """;

    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void A_file_that_agrees_ends_with_zero()
    {
        var (code, output, _) = Check(Case);
        Assert.Equal(0, code);
        Assert.Contains("1 cases and 1 combinations, 4 checks; largest error 0.0e+0, tolerance 1.0e-9", output);
    }

    [Fact]
    public void A_file_that_does_not_agree_says_what_and_by_how_much()
    {
        var (code, output, _) = Check(Case.Replace("\"A\":0.5", "\"A\":0.51"));
        Assert.Equal(1, code);
        Assert.Contains("FAIL quiet", output);
        Assert.Contains("expect_fail.A: error 1.0e-2", output);
    }

    [Fact]
    public void A_field_that_is_not_known_fails_the_check()
    {
        var (code, output, _) = Check(Case.Replace("\"ticks\"", "\"expect_more\":1,\"ticks\""));
        Assert.Equal(1, code);
        Assert.Contains("cases[0].expect_more: this field is not known", output);
    }

    [Theory]
    [InlineData("{ not json", "line 1")]
    [InlineData("""{"tolerance":1e-9,"cases":[{"name":"x","config":{}}]}""", "`theta0`")]
    public void A_file_that_cannot_be_read_says_where(string content, string where)
    {
        var (code, _, error) = Check(content);
        Assert.Equal(2, code);
        Assert.Contains(where, error);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_to_be_missing()
    {
        File.Delete(path);
        var (code, _, error) = Run(path);
        Assert.Equal(2, code);
        Assert.Contains(path, error);
    }

    [Fact]
    public void Json_is_one_object()
    {
        File.WriteAllText(path, Case);
        var (code, output, _) = Run(path, "--json");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.True(document.RootElement.GetProperty("agrees").GetBoolean());
        Assert.Equal(4, document.RootElement.GetProperty("checks").GetArrayLength());
    }

    public void Dispose() => File.Delete(path);

    private (int Code, string Output, string Error) Check(string content)
    {
        File.WriteAllText(path, content);
        return Run(path);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = JudgeCommand.Build().Parse(["check", .. arguments])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
