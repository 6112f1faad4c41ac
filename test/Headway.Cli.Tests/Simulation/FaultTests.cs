using System.Text.Json;
using Headway.Cli.Tests.Explanations;
using Xunit;

namespace Headway.Cli.Tests.Simulation;

public sealed class FaultTests
{
    private const string Spec = """
        service: shop
        run: { command: ./run }
        release:
          production: { canary: [5%, 25%, 50%], holdBack: 2m }
        """;

    [Fact]
    public async Task Faults_are_found_the_louder_the_sooner_and_a_good_release_passes()
    {
        using var folder = new Folder();
        var path = folder.Write("headway.yaml", Spec);

        var ran = await Ran.Headway("simulate", "--faults", "--file", path, "--requests-per-second", "50",
            "--clients", "5000",
            "--failure-rate", "0.01", "--runs", "40", "--json");

        Assert.True(ran.ExitCode == 0, ran.Error);
        var rows = JsonSerializer.Deserialize<JsonElement>(ran.Out).GetProperty("rows").EnumerateArray()
            .ToDictionary(r => r.GetProperty("candidate").GetString()!);
        double Of(string candidate, string what) => rows[candidate].GetProperty(what).GetDouble();
        Assert.Equal(7, rows.Count);
        // The study: 50 % and 100 % within seconds and at most ten requests, 10 % within half a minute.
        Assert.All(["every request fails", "50 % fail", "10 % fail"], fault => Assert.Equal(1, Of(fault, "takenBack")));
        Assert.InRange(Of("every request fails", "medianSeconds"), 1, 10);
        Assert.InRange(Of("50 % fail", "requestsHit"), 2, 10);
        Assert.InRange(Of("10 % fail", "requestsHit"), 3, 12);
        Assert.True(Of("10 % fail", "medianSeconds") > Of("50 % fail", "medianSeconds"));
        Assert.True(Of("latency x2", "takenBack") > 0.9 && Of("latency x2", "usersHit") > 10);
        Assert.True(Of("good release", "takenBack") <= 0.05);
        Assert.Equal(0, Of("good release", "requestsHit"));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_table()
    {
        using var folder = new Folder();
        var path = folder.Write("headway.yaml", Spec);
        Task<Ran> Run(string seed) => Ran.Headway(
            "simulate", "--faults", "--file", path, "--requests-per-second", "20", "--runs", "10", "--seed", seed,
                "--json");

        Assert.Equal((await Run("3")).Out, (await Run("3")).Out);
        Assert.NotEqual((await Run("3")).Out, (await Run("4")).Out);
    }

    [Fact]
    public async Task The_traffic_is_the_lanes_own_when_there_is_a_server()
    {
        await using var shop = await PastShop.OpenAsync();
        using var folder = new Folder();
        var path = folder.Write("headway.yaml", Spec);

        var ran = await shop.Headway("simulate", "--faults", "--file", path, "--runs", "10");

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Matches("shop/production: 50 requests/s from very many clients, (0\\.[89]\\d*|1(\\.\\d+)?) % fail",
            ran.Out);
        Assert.Contains("400 recorded seconds of stable alone", ran.Out);
        Assert.Contains("A good release is taken back in", ran.Out);
    }

    [Theory]
    [InlineData("--clients", "0", "from 1 to 1,000,000")]
    [InlineData("--failure-rate", "1.5", "a share from 0 to 0.5")]
    [InlineData("--runs", "1", "from 10 to 100,000")]
    public async Task A_number_out_of_range_is_a_mistake_of_the_command_line(string option, string value,
        string expected)
    {
        using var folder = new Folder();
        var path = folder.Write("headway.yaml", Spec);
        var ran = await Ran.Headway("simulate", "--faults", "--file", path, "--requests-per-second", "20", option,
            value);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains(expected, ran.Error);
    }
}
