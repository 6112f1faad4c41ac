using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core.Access;
using Headway.Core.Configuration;
using Headway.Core;
using Headway.Core.Delivery;
using Headway.Core.Environments;
using Headway.Core.Drift;
using Headway.Core.Groups;
using Headway.Core.Intent;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Core.Policies;
using Headway.Core.Registry;
using Headway.Core.Rollouts;
using Headway.Core.Scans;
using Headway.Core.Secrets;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Core.TestResults;

namespace Headway.Server.Storage;

/// <param name="Name">`noun.pastTense`, stored for ever; never a CLR name.</param>
/// <param name="Schema">Of what is written today.</param>
/// <param name="Record">What it is read into.</param>
/// <param name="Upcasts">
/// The first turns schema 1 into 2, the next 2 into 3, and so on up to the schema of today.
/// </param>
public sealed record EventType(
    string Name, int Schema, Type Record, ImmutableArray<Func<JsonObject, JsonObject>> Upcasts)
{
    public static EventType Of<T>(string name) => new(name, 1, typeof(T), []);
}

/// <summary>
/// Which stored name is which record. A new field needs nothing when its absence reads well; a changed meaning needs a
/// new schema with a pure upcast. Each type has a sample in test/Headway.Server.Tests/Storage/golden.
/// </summary>
public sealed class EventTypes
{
    public static readonly EventTypes Known = new(
    [
        EventType.Of<RolloutEvent.Started>("rollout.started"),
        EventType.Of<RolloutEvent.StepPassed>("rollout.stepPassed"),
        EventType.Of<RolloutEvent.TaskAttempted>("rollout.taskAttempted"),
        EventType.Of<RolloutEvent.Judged>("rollout.judged"),
        EventType.Of<RolloutEvent.Promoted>("rollout.promoted"),
        EventType.Of<RolloutEvent.Paused>("rollout.paused"),
        EventType.Of<RolloutEvent.Resumed>("rollout.resumed"),
        EventType.Of<RolloutEvent.HoldBackCut>("rollout.holdBackCut"),
        EventType.Of<RolloutEvent.RollbackStarted>("rollout.rollbackStarted"),
        EventType.Of<RolloutEvent.Ended>("rollout.ended"),
        EventType.Of<LaneEvent.PromotionDecided>("lane.promotionDecided"),
        EventType.Of<LaneEvent.IntentRecorded>("lane.intentRecorded"),
        EventType.Of<LaneEvent.RolloutOpened>("lane.rolloutOpened"),
        EventType.Of<LaneEvent.ReleasePromoted>("lane.releasePromoted"),
        EventType.Of<LaneEvent.RolloutClosed>("lane.rolloutClosed"),
        EventType.Of<LaneEvent.HoldPlaced>("lane.holdPlaced"),
        EventType.Of<LaneEvent.ReleaseRejected>("lane.releaseRejected"),
        EventType.Of<LaneEvent.Emptied>("lane.emptied"),
        EventType.Of<LaneEvent.HoldLifted>("lane.holdLifted"),
        EventType.Of<LaneEvent.RollbackRequested>("lane.rollbackRequested"),
        EventType.Of<ApprovalEvent.Approved>("approval.approved"),
        EventType.Of<ApprovalEvent.Withdrawn>("approval.withdrawn"),
        EventType.Of<ApprovalEvent.Rejected>("approval.rejected"),
        EventType.Of<ApprovalEvent.PromotionAsked>("approval.promotionAsked"),
        EventType.Of<ApprovalEvent.GlassBroken>("approval.glassBroken"),
        EventType.Of<ApprovalEvent.GlassReviewed>("approval.glassReviewed"),
        EventType.Of<PolicyEvent.Decided>("policy.decided"),
        EventType.Of<ConfigurationEvent.Changed>("config.changed"),
        EventType.Of<DriftEvent.Found>("drift.found"),
        EventType.Of<DriftEvent.HealBegun>("drift.healBegun"),
        EventType.Of<DriftEvent.Ended>("drift.ended"),
        EventType.Of<GroupEvent.Started>("group.started"),
        EventType.Of<GroupEvent.MemberOut>("group.memberOut"),
        EventType.Of<GroupEvent.TurnedBack>("group.turnedBack"),
        EventType.Of<GroupEvent.MemberBack>("group.memberBack"),
        EventType.Of<GroupEvent.Ended>("group.ended"),
        EventType.Of<AccessEvent.TokenCreated>("access.tokenCreated"),
        EventType.Of<AccessEvent.TokenRotated>("access.tokenRotated"),
        EventType.Of<AccessEvent.TokenRevoked>("access.tokenRevoked"),
        EventType.Of<AccessEvent.LoggedIn>("access.loggedIn"),
        EventType.Of<AccessEvent.TrustChanged>("access.trustChanged"),
        EventType.Of<AccessEvent.Refused>("access.refused"),
        EventType.Of<StateEvent.Pushed>("state.pushed"),
        EventType.Of<StateEvent.KeptAt>("state.keptAt"),
        EventType.Of<RunEvent.Started>("run.started"),
        EventType.Of<RunEvent.JobStarted>("run.jobStarted"),
        EventType.Of<RunEvent.JobFinished>("run.jobFinished"),
        EventType.Of<RunEvent.JobSkipped>("run.jobSkipped"),
        EventType.Of<RunEvent.JobReused>("run.jobReused"),
        EventType.Of<RunEvent.JobRequeued>("run.jobRequeued"),
        EventType.Of<RunEvent.CancelRequested>("run.cancelRequested"),
        EventType.Of<RunEvent.Finished>("run.finished"),
        EventType.Of<TestEvent.Quarantined>("test.quarantined"),
        EventType.Of<TestEvent.QuarantineLifted>("test.quarantineLifted"),
        EventType.Of<ServiceEvent.Registered>("service.registered"),
        EventType.Of<ServiceEvent.CommitSeen>("service.commitSeen"),
        EventType.Of<ServiceEvent.BranchRewritten>("service.branchRewritten"),
        EventType.Of<ServiceEvent.CommitRefused>("service.commitRefused"),
        EventType.Of<ServiceEvent.SourceTroubled>("service.sourceTroubled"),
        EventType.Of<ServiceEvent.TriggerRefused>("service.triggerRefused"),
        EventType.Of<ServiceEvent.HostLinked>("service.hostLinked"),
        EventType.Of<TrustEvent.KeyTrusted>("trust.keyTrusted"),
        EventType.Of<TrustEvent.KeyDistrusted>("trust.keyDistrusted"),
        EventType.Of<RegistryEvent.ManifestPushed>("registry.manifestPushed"),
        EventType.Of<RegistryEvent.TagDeleted>("registry.tagDeleted"),
        EventType.Of<RegistryEvent.ManifestDeleted>("registry.manifestDeleted"),
        EventType.Of<RegistryEvent.BlobDeleted>("registry.blobDeleted"),
        EventType.Of<RegistryEvent.Collected>("registry.collected"),
        EventType.Of<TemplateEvent.Added>("template.added"),
        EventType.Of<TemplateEvent.Removed>("template.removed"),
        EventType.Of<RequirementEvent.Set>("requirement.set"),
        EventType.Of<ScanEvent.Triaged>("scan.triaged"),
        EventType.Of<ScanEvent.TriageWithdrawn>("scan.triageWithdrawn"),
        EventType.Of<ScanEvent.ResultAdded>("scan.resultAdded"),
        EventType.Of<ScanEvent.ChangeScanned>("scan.changeScanned"),
        EventType.Of<PactEvent.ResultAdded>("pact.resultAdded"),
        EventType.Of<SecretEvent.Set>("secret.set"),
        EventType.Of<SecretEvent.Promoted>("secret.promoted"),
        EventType.Of<SecretEvent.RolledBack>("secret.rolledBack"),
        EventType.Of<SecretEvent.Retired>("secret.retired"),
        EventType.Of<SecretEvent.ScopeChanged>("secret.scopeChanged"),
        EventType.Of<SecretEvent.Deleted>("secret.deleted"),
        EventType.Of<SecretEvent.Read>("secret.read"),
        EventType.Of<SecretEvent.Refused>("secret.refused"),
        EventType.Of<SecretEvent.Rewrapped>("secret.rewrapped"),
        EventType.Of<StoreEvent.Redacted>("store.redacted"),
        EventType.Of<StoreEvent.EpochRaised>("store.epochRaised"),
        EventType.Of<StoreEvent.Checkpointed>("store.checkpointed"),
    ]);

    private readonly Dictionary<string, EventType> byName;
    private readonly Dictionary<Type, EventType> byRecord;

    public EventTypes(ImmutableArray<EventType> types)
    {
        All = types;
        byName = types.ToDictionary(type => type.Name, StringComparer.Ordinal);
        byRecord = types.ToDictionary(type => type.Record);
        foreach (var type in types)
            if (type.Upcasts.Length != type.Schema - 1)
                throw new ArgumentException($"`{type.Name}` of schema {type.Schema} needs {type.Schema - 1} upcasts.");
    }

    public ImmutableArray<EventType> All { get; }

    /// <summary>The record as it is to be stored.</summary>
    public NewEvent New(object happened, string actor)
    {
        if (!byRecord.TryGetValue(happened.GetType(), out var type))
            throw new ArgumentException($"{happened.GetType()} has no line in {nameof(EventTypes)}.", nameof(happened));
        return new(type.Name, type.Schema, actor,
            JsonSerializer.SerializeToUtf8Bytes(happened, type.Record, Wire.Json));
    }

    public StreamWrite Write(string stream, long expectedVersion, string actor, params ReadOnlySpan<object> happened)
    {
        var events = ImmutableArray.CreateBuilder<NewEvent>(happened.Length);
        foreach (var one in happened) events.Add(New(one, actor));
        return new(stream, expectedVersion, events.MoveToImmutable());
    }

    /// <summary>
    /// The record of today. Throws <see cref="UnknownEventTypeException"/> for a type or schema of a newer Headway and
    /// <see cref="EventUnreadableException"/> for a payload that was redacted or is not the JSON of its type.
    /// </summary>
    public object Read(StoredEvent stored)
    {
        if (!byName.TryGetValue(stored.Type, out var type) || stored.Schema > type.Schema)
            throw new UnknownEventTypeException(stored.Stream, stored.Version, stored.Type, stored.Schema);
        if (stored.Payload is not { } payload)
            throw new EventUnreadableException(stored.Stream, stored.Version, "its payload was redacted");
        try
        {
            if (stored.Schema == type.Schema) return JsonSerializer.Deserialize(payload, type.Record, Wire.Json)!;
            var json = JsonNode.Parse(payload)!.AsObject();
            for (var schema = stored.Schema; schema < type.Schema; schema++) json = type.Upcasts[schema - 1](json);
            return json.Deserialize(type.Record, Wire.Json)!;
        }
        catch (JsonException e)
        {
            throw new EventUnreadableException(stored.Stream, stored.Version, e.Message, e);
        }
    }

    public Recorded<T> Recorded<T>(StoredEvent stored) =>
        Read(stored) is T happened
            ? new(happened, stored.Position, stored.Version, stored.At, stored.Actor)
            : throw new EventUnreadableException(
                stored.Stream, stored.Version, $"a `{stored.Type}` does not belong into this stream");
}
