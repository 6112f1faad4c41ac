using System.Text.Json.Serialization;

namespace Headway.Server.Telemetry.Limits;

/// <summary>Why something was not kept. Each is counted for the source that sent it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DropReason>))]
public enum DropReason
{
    /// <summary>There are too many sets of labels, in all or of this service.</summary>
    TooManySeries,
    /// <summary>There are too many names of metrics.</summary>
    TooManyMetrics,
    /// <summary>There are too many resources.</summary>
    TooManyOrigins,
    /// <summary>A point has too many labels, or a label is too long.</summary>
    Labels,
    /// <summary>A histogram has too many buckets, or buckets that do not fit its bounds.</summary>
    Buckets,
    /// <summary>More samples in a second than are allowed.</summary>
    Rate,
    /// <summary>Its time is too far ahead of the server's clock, or older than what is kept.</summary>
    Skew,
    /// <summary>It is older than what was already added up, and so cannot be added any more.</summary>
    Late,
    /// <summary>It was there already.</summary>
    Duplicate,
    /// <summary>NaN, or infinite.</summary>
    NotFinite,
    /// <summary>A count below zero.</summary>
    Negative,
    /// <summary>A metric without a name, a point without a value, a span without its ids.</summary>
    Incomplete,
    /// <summary>A span or log record that is too large.</summary>
    Size,
    /// <summary>
    /// A trace that was neither slow nor failed, and beyond the quota of its release: it was counted.
    /// </summary>
    Sampled,
}
