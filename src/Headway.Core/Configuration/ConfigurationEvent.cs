namespace Headway.Core.Configuration;

/// <summary>What has become of a service's configuration. The stream is `config/SERVICE`.</summary>
public abstract record ConfigurationEvent
{
    private ConfigurationEvent() { }

    /// <param name="Commit">Of the state repo, in which it stands.</param>
    /// <param name="Why">Its first line.</param>
    public sealed record Changed(ConfigurationVersion Version, string? Commit, string Why) : ConfigurationEvent;
}
