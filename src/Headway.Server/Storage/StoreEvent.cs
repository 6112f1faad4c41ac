using System.Collections.Immutable;

namespace Headway.Server.Storage;

/// <summary>What happened to the store itself.</summary>
public abstract record StoreEvent
{
    private StoreEvent() { }

    public const string Redactions = "store/redactions";
    public const string Epochs = "store/epochs";
    public const string Checkpoints = "store/checkpoints";

    public sealed record Redacted(string Stream, long Version, string Why) : StoreEvent;

    public sealed record EpochRaised(long Epoch, string Why) : StoreEvent;

    /// <summary>See <see cref="Storage.Checkpoints"/>.</summary>
    /// <param name="Position">Everything up to here is covered by this and earlier checkpoints.</param>
    /// <param name="Heads">Streams that moved since the checkpoint before, in order of name.</param>
    /// <param name="Root">Over the root before and these heads.</param>
    /// <param name="Signature">ECDSA P-256 over the root, r and s of 32 bytes each.</param>
    public sealed record Checkpointed(
        long Position, ImmutableArray<StreamHead> Heads, byte[] Root, byte[] Signature) : StoreEvent;
}
