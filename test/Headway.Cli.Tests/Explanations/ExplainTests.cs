using System.Text.Json;
using System.Xml.Linq;
using Headway.Core;
using Headway.Core.Judging.Explanations;
using Xunit;

namespace Headway.Cli.Tests.Explanations;

public sealed class ExplainTests
{
    [Fact]
    public async Task A_person_reads_why_with_a_curve_the_route_the_query_and_what_was_spared()
    {
        await using var shop = await PastShop.OpenAsync();

        var ran = await shop.Headway("rollouts", "explain", PastShop.Rollout);

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Matches("because of errors: .* most of it on route /pay", ran.Out);
        Assert.Contains("Without the rollback about", ran.Out);
        Assert.Matches("[▁▂▃▄▅▆▇]+█+ combined", ran.Out);
        Assert.Contains("asked: bad{release=\"shop-2\"}", ran.Out);
        Assert.Contains("example: trace 4bf92f3577b34da6", ran.Out);
    }

    [Fact]
    public async Task A_program_reads_all_of_it()
    {
        await using var shop = await PastShop.OpenAsync();

        var ran = await shop.Headway("rollouts", "explain", PastShop.Rollout, "--json");

        var explained = JsonSerializer.Deserialize<Explanation>(ran.Out, Wire.Json)!;
        // Every other second one of the candidate's five requests failed, up to the second that carried it over the line.
        var pay = Assert.Single(explained.Routes);
        Assert.Equal(("/pay", 0, 0.1), (pay.Name, pay.CandidateTrials % 5,
            Math.Round((double)pay.CandidateEvents / pay.CandidateTrials, 2)));
        Assert.Equal("shop-2", explained.Candidate);
        Assert.Contains(explained.Curve.Lines, l => l.Name == "signal: payments");
        // Nothing was counted after it, so what came before is assumed: 20 s more at 10 % of 50 requests/s.
        Assert.InRange(explained.AtPlansEnd!.Requests, 90, 110);
        Assert.InRange(explained.AtPlansEnd.PerRequest, 0.05, 0.15);
    }

    [Fact]
    public async Task The_curve_is_a_picture_that_stands_alone()
    {
        await using var shop = await PastShop.OpenAsync();
        using var folder = new Folder();
        var path = Path.Combine(folder.Path, "curve.svg");

        var ran = await shop.Headway("rollouts", "explain", PastShop.Rollout, "--svg", path);

        Assert.True(ran.ExitCode == 0, ran.Error);
        var svg = XDocument.Load(path).Root!;
        Assert.Equal("{http://www.w3.org/2000/svg}svg", svg.Name.ToString());
        Assert.True(svg.Elements(svg.Name.Namespace + "polyline").Count() >= 3);
    }
}
