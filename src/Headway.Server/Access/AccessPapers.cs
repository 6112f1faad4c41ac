namespace Headway.Server.Access;

/// <summary>What the gate has at hand: what requests are about, and the book in which it writes.</summary>
public sealed record AccessPapers(RequestPlaces Places, AccessRecord Record);
