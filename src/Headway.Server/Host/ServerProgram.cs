using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
using Headway.Server.Secrets.Keys;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Host;

/// <summary>The server as a process: starts, says where it is, and stops when it is told to.</summary>
public static class ServerProgram
{
    /// <summary>Runs until stopped. Exit code 0; 1 when it cannot start, with one sentence that says why.</summary>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken stop)
    {
        WebApplication app;
        try
        {
            app = await HeadwayServer.StartAsync(options, stop);
        }
        catch (Exception failure) when (failure is DataFolderInUseException or StoreTooNewException or IOException or ArgumentException or KeyWrapException)
        {
            await Console.Error.WriteLineAsync($"headway server: {failure.Message}");
            return 1;
        }
        await using (app)
        {
            var url = AddressOf(app);
            if (options.AddressFile is { } file)
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(
                    new ServerAddress(url, Path.Combine(options.DataFolder, Tokens.AdminFile), Environment.ProcessId), Wire.Json), stop);
            Console.WriteLine($"headway server: ready at {url}");
            await app.WaitForShutdownAsync(stop);
        }
        return 0;
    }

    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}

/// <summary>Where a server listens, the file with a token for it, and which process it is.</summary>
public sealed record ServerAddress(string Address, string TokenFile, int Pid);
