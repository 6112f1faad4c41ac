namespace Headway.Server.Intent;

/// <summary>The repository elsewhere in which the state repo is kept.</summary>
/// <param name="Url">Without user and password; those are kept like a source's.</param>
/// <param name="IsJoined">What is there and what was here are one history since.</param>
public sealed record RemoteSetting(string Url, string Branch, bool IsJoined = false);
