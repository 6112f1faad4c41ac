using Headway.Server.Intent;
using Headway.Server.Rollouts;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Delivery;

/// <summary>What the server needs for approvals, windows and freezes; the endpoints are in <see cref="DeliveryEndpoints"/>.</summary>
public static class DeliverySetup
{
    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton<DeliveryFiles>()
        .AddSingleton<StateFileCheck>(DeliveryFiles.Check)
        .AddSingleton<DeliveryDesk>()
        .AddSingleton<IntentWaking>()
        .AddHostedService(s => s.GetRequiredService<IntentWaking>())
        .AddSingleton<WaitingReleases>()
        .AddSingleton<ApprovalBook>()
        .AddSingleton<DeliveryVoice>()
        .AddSingleton<LinkSigner>()
        .AddSingleton<PromotionGate>(s => s.GetRequiredService<DeliveryDesk>().Gate);
}
