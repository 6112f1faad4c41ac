using System.Text.Json;
using Headway.Core;
using Headway.Core.Pacts;
using Xunit;

namespace Headway.Cli.Tests.Pacts;

/// <summary>`headway contracts verify` with a provider that is a process of its own.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private readonly Folder folder = new();

    public VerifyCommandTests()
    {
        if (!File.Exists("/usr/bin/perl")) Assert.Skip("The provider under test is written in Perl, which is not here.");
        folder.Write("pacts/front.json", Shelf.Pact());
    }

    [Fact]
    public async Task A_provider_that_keeps_its_contracts_passes_and_its_process_is_gone_afterwards()
    {
        var ran = await VerifyAsync("""{"id":1,"price":7,"more":true}""");
        Assert.True(ran.ExitCode == ExitCode.Ok, ran.Out + ran.Error);
        var verified = Assert.Single(Results().Pacts);
        Assert.True(verified.Passed);
        Assert.Equal(["an item (given an item exists)", "a new item"], verified.Interactions.Select(each => each.Name));
        Assert.DoesNotContain(System.Diagnostics.Process.GetProcessesByName("perl"), process =>
            File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(folder.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_contract_names_the_consumer_the_interaction_the_place_and_both_values()
    {
        var ran = await VerifyAsync("""{"id":1,"price":"7"}""");
        Assert.Equal(ExitCode.No, ran.ExitCode);
        Assert.Equal("Broken contract of Front, `an item (given an item exists)`: $.price: expected a number, was \"7\"",
            ran.Out.TrimEnd().Split('\n')[^1]);
        Assert.False(Assert.Single(Results().Pacts).Passed);
    }

    [Fact]
    public async Task Without_the_states_that_it_wants_an_interaction_fails_and_messages_do_not_pass_unseen()
    {
        Assert.Equal(ExitCode.No, (await VerifyAsync("""{"id":1,"price":7}""", states: null)).ExitCode);
        Assert.Contains("status: expected 200, was 404", Results().Pacts[0].Broken);
        folder.Write("pacts/front.json", """{ "consumer": { "name": "Front" }, "provider": { "name": "Shelf" }, "messages": [ { "description": "sold" } ] }""");
        Assert.Equal(ExitCode.No, (await VerifyAsync("{}")).ExitCode);
        Assert.Equal("Front: sold: messages are not verified, only HTTP is", Results().Pacts[0].Broken);
    }

    [Fact]
    public async Task A_provider_that_does_not_start_is_told_with_what_it_printed()
    {
        var ran = await Ran.Headway([.. Arguments("echo no disk; exit 3"), "--health", "/healthz"]);
        Assert.Equal(ExitCode.No, ran.ExitCode);
        Assert.Contains("The provider ended with 3 before it was ready.", ran.Error);
        Assert.Contains("no disk", ran.Error);
    }

    public void Dispose() => folder.Dispose();

    private Task<Ran> VerifyAsync(string item, string? states = "/_pact/states")
    {
        var program = folder.Write("shelf.pl", Shelf.Program(item));
        return Ran.Headway([.. Arguments($"exec perl {program}"), "--health", "/healthz", .. states is null ? (string[])[] : ["--states", states]]);
    }

    private string[] Arguments(string run) =>
        ["contracts", "verify", "--run", run, "--pacts", Path.Combine(folder.Path, "pacts"), "--results", Path.Combine(folder.Path, "results.json")];

    private Verification Results() => JsonSerializer.Deserialize<Verification>(folder.Read("results.json"), Wire.Json)!;
}
