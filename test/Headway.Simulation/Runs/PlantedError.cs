namespace Headway.Simulation.Runs;

/// <summary>An error put into the loop or the world on purpose: the checks must find it, or they check nothing.</summary>
public enum PlantedError
{
    None,

    /// <summary>Effects are only carried out in the turn that stored an event.</summary>
    EdgeTriggered,

    /// <summary>Parts obey late effects.</summary>
    NoFences,

    /// <summary>Every verdict is taken for Promote.</summary>
    JudgeIgnored,

    /// <summary>A rollback counts as done as soon as it is decided.</summary>
    RollbackEndsEarly,

    /// <summary>Effects of the way back are carried out in reverse.</summary>
    StopBeforeUnexpose,

    /// <summary>Observations are believed whatever fence they show.</summary>
    StaleBelieved,

    /// <summary>A release that was turned away is tried again.</summary>
    HoldIgnored,

    /// <summary>Time is read from the clock on the wall.</summary>
    WallClock,
}
