using Headway.Core.Releases;
using Headway.Core.Waiting;

namespace Headway.Server.Rollouts;

/// <summary>
/// Asked on every turn before a release is wanted in an environment. Null lets it go on; else what it waits for and what
/// would let it go on. Answers at once, from what is in memory: a lane's turn waits for it. Whoever changes an answer wakes
/// the lane (<see cref="LaneTurns.Wake"/>). A rollback never passes a gate.
/// </summary>
public delegate Wait? PromotionGate(Release release, string environment);
