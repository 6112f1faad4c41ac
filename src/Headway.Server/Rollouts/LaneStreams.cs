namespace Headway.Server.Rollouts;

public static class LaneStreams
{
    public static string Lane(string lane) => $"lane/{lane}";
    public static string Rollout(string rollout) => $"rollout/{rollout}";
}
