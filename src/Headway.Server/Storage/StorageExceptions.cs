namespace Headway.Server.Storage;

/// <summary>A stream or row has moved on since it was loaded: load it again and decide again.</summary>
public sealed class VersionConflictException(string stream, long expected, long actual)
    : Exception($"{stream} is at version {actual}, not {expected}: somebody else has decided.")
{
    public string Stream { get; } = stream;
    public long Expected { get; } = expected;
    public long Actual { get; } = actual;
}

/// <summary>The disk is full: nothing of the append was kept, and the store goes on once there is room.</summary>
public sealed class StorageFullException(string where, Exception? cause)
    : Exception($"The disk that holds {where} is full; nothing was written. Make room and try again.", cause);

/// <summary>The store could not be read or written; nothing of the append was kept.</summary>
public sealed class StorageFailedException(string where, Exception cause)
    : Exception($"The store {where} failed: {cause.Message}", cause);

/// <summary>
/// The connection broke while the commit was under way, so the events may or may not be there. Load the stream again;
/// repeating the append is safe, since the expected version lets only one of the two through.
/// </summary>
public sealed class AppendOutcomeUnknownException(string stream, Exception cause)
    : Exception($"The connection broke while {stream} was being committed; load it again to see whether it was.",
        cause);

/// <summary>The schema of the store is newer than this program.</summary>
public sealed class StoreTooNewException(string where, long found, long known)
    : Exception($"The store {where} has schema {found}, and this Headway knows {known}: it was written by a newer "
        + "Headway. Start that version, or restore a backup from before the upgrade.");

/// <summary>Another process works on the data folder.</summary>
public sealed class DataFolderInUseException(string folder, string holder)
    : Exception($"The data folder {folder} is in use by {holder}. Stop that server, or give this one another folder.");

/// <summary>The stream holds an event that this version cannot read; other streams are not affected.</summary>
public sealed class UnknownEventTypeException(string stream, long version, string type, int schema)
    : Exception($"{stream}@{version} is a `{type}` of schema {schema}, which this version does not know: it was "
        + "written by a newer Headway. Upgrade this server; until then this stream can be kept but not read.")
{
    public string Stream { get; } = stream;
}

/// <summary>What happened was redacted or cannot be parsed, so the stream cannot be folded.</summary>
public sealed class EventUnreadableException(string stream, long version, string why, Exception? cause = null)
    : Exception($"{stream}@{version} cannot be read: {why}", cause);
