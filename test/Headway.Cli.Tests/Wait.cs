namespace Headway.Cli.Tests;

internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Polls until it is so; the limit only ends a test that would hang.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !isSo(); await Task.Delay(10))
            if (TimeProvider.System.GetElapsedTime(began) > Limit) throw new TimeoutException("It did not come true.");
    }
}
