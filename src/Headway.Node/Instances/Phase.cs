namespace Headway.Node.Instances;

/// <summary>
/// Where an instance is on its way. Clearing kills what is left of its tree before anything else starts.
/// </summary>
internal enum Phase { Waiting, Starting, Ready, Unready, Draining, Stopping, Clearing, Gone }
