using Headway.Server.Registry.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headway.Server.Tests.Registry;

public sealed class NetworkBlocksTests
{
    [Fact]
    public async Task The_web_server_takes_its_memory_from_here()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, NetworkBlocks>();
        await using var app = builder.Build();
        app.MapGet("/", (HttpContext context) =>
            context.Features.Get<IMemoryPoolFeature>()!.MemoryPool.MaxBufferSize.ToString());
        await app.StartAsync();
        using var http = new HttpClient();
        Assert.Equal($"{64 * 1024}", await http.GetStringAsync(app.Urls.Single()));
    }

    [Fact]
    public void Further_blocks_are_small_when_many_are_out_and_large_again_when_they_came_back()
    {
        using var pool = new NetworkBlocks().Create();
        var large = Enumerable.Range(0, 256).Select(_ => pool.Rent(100)).ToList();
        Assert.All(large, block => Assert.Equal(64 * 1024, block.Memory.Length));
        var small = pool.Rent(100);
        Assert.Equal(4 * 1024, small.Memory.Length);
        // What asks for more than a small one gets it all the same.
        using (var wanted = pool.Rent(5000)) Assert.True(wanted.Memory.Length >= 5000);
        small.Dispose();
        large[0].Dispose();
        large[0].Dispose();
        using var again = pool.Rent();
        Assert.Equal(64 * 1024, again.Memory.Length);
        using var further = pool.Rent();
        Assert.Equal(4 * 1024, further.Memory.Length);
    }

    [Fact]
    public void More_than_a_block_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkBlocks().Create().Rent(64 * 1024 + 1));
}
