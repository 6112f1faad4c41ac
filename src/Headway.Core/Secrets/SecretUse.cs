namespace Headway.Core.Secrets;

/// <summary>
/// A reference in headway.yaml: which secret of the store a job or an instance is given, and how. Never a value.
/// </summary>
/// <param name="Variable">The variable that holds the value; with <paramref name="AsFile"/> the path of its file.</param>
/// <param name="Secret">Its name in the store.</param>
public sealed record SecretUse(string Variable, string Secret, bool AsFile)
{
    /// <summary>Secrets that one job or one release may be given.</summary>
    public const int Most = 50;
}
