using System.Net.Http.Json;
using Headway.Core;
using Headway.Server.Access;
using Headway.Server.Host;
using Headway.Server.Signals;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Signals;

public sealed class EvidenceCheckTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task An_address_that_is_none_is_told_beside_what_the_others_say()
    {
        await using var other = await OtherSide.StartAsync(context => context.Response.WriteAsync("""{"depth":7}"""));
        await using var server = await HeadwayServer.StartAsync(
            new() { DataFolder = folder.Path, Url = "http://127.0.0.1:0" }, default);
        using var admin = new HttpClient { BaseAddress = new(server.Urls.Single()) };
        admin.DefaultRequestHeaders.Authorization = new("Bearer",
            (await File.ReadAllTextAsync(Path.Combine(folder.Path, Tokens.AdminFile))).Trim());
        using var answer = await admin.PostAsJsonAsync("api/v1/evidence/check", new EvidenceWanted($$"""
            service: shop
            run: { command: ./shop }
            evidence:
              bad: { json: 'http://$side/depth', value: depth, worse: higher, sides: { stable: a, candidate: 'a:99999' } }
              good: { json: '{{other.Url}}/$release', value: depth, worse: higher }
            """, null, null), Wire.Json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var found = (await answer.Content.ReadFromJsonAsync<EvidenceChecked>(Wire.Json))!;
        Assert.Empty(found.Problems);
        Assert.StartsWith("Invalid URI: ", found.Signals.Single(signal => signal.Name == "bad").Problem);
        Assert.Equal([7.0], found.Signals.Single(signal => signal.Name == "good").Candidate!.Values);
        await server.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();
}
