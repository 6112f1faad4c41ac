using System.Text.Json.Serialization;

namespace Headway.Core.Readiness;

/// <summary>One line of a checklist, as it was found.</summary>
/// <param name="Id">Short name.</param>
/// <param name="Asks">What the list asks for.</param>
/// <param name="Found">What was looked at and found.</param>
/// <param name="Do">What would meet it; null when it is met.</param>
public sealed record ReadinessItem(string Id, Checklist Checklist, string Asks, ItemStanding Standing, string Found, string? Do)
{
    [JsonIgnore]
    public bool IsMet => Standing is ItemStanding.Met;
}

[JsonConverter(typeof(JsonStringEnumConverter<Checklist>))]
public enum Checklist { PreProduction, Production }

[JsonConverter(typeof(JsonStringEnumConverter<ItemStanding>))]
public enum ItemStanding
{
    Met, Missing,
    /// <summary>Nothing of it can be said yet.</summary>
    Unknown,
}
