namespace Headway.Core.Access;

/// <summary>What a request does, and to whom.</summary>
/// <param name="Service">`*` when it is about no single one.</param>
public sealed record RequestPlace(Act Act, string Service, string Environment);
