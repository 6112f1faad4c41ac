using Headway.Server.TestResults.Keeping;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.TestResults;

/// <summary>What the server needs to read and remember test results.</summary>
public static class TestsSetup
{
    public static IServiceCollection AddTests(this IServiceCollection services) => services
        .AddSingleton<TestHistory>().AddSingleton<QuarantineBook>().AddSingleton<JobReports>()
        .AddSingleton<ShardOrders>().AddSingleton<TestViews>();
}
