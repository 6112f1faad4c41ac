namespace Headway.Core.Rollouts;

/// <summary>An event as it stands in the store.</summary>
/// <param name="Position">Over all streams; the fence of whatever is decided from here on.</param>
/// <param name="Version">1, 2, 3 ... within the stream.</param>
public readonly record struct Recorded<T>(T Event, long Position, long Version, DateTimeOffset At, string Actor);
