using Headway.Server.Access.Identity;

namespace Headway.Server.Access;

/// <summary>What the gate has at hand: what requests are about, the book in which it writes, and whom else it asks.</summary>
public sealed record AccessPapers(RequestPlaces Places, AccessRecord Record, WorkloadLook Workloads, LoginOffer Login);
