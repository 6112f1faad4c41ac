namespace Headway.Core.Scans.Secrets;

/// <summary>Values that people write where a secret will stand: examples, variables, and what everybody knows.</summary>
internal static class Placeholders
{
    private static readonly string[] Words =
    [
        "example", "sample", "placeholder", "changeme", "change-me", "change_me", "replace", "dummy", "fake", "your",
        "redacted", "todo", "insert", "foobar", "xxxx", "1234567", "abcdef", "secret", "password", "passwd", "hunter2",
        "lorem", "test",
    ];

    private static readonly string[] Known =
        ["postgres", "root", "admin", "guest", "user", "pass", "pwd", "sa", "default", "none", "null", "undefined", "empty"];

    private static readonly string[] Hosts = ["localhost", "127.", "[::1]", "0.0.0.0", "example.", "host", "db", "hostname"];

    public static bool Is(string value) => value.IndexOfAny(['$', '<', '>', '{', '}', '*', '%', '(', ')', ' ', '\\']) >= 0
        || value.All(c => c == value[0]) || value.Contains("...", StringComparison.Ordinal)
        || Known.Contains(value.ToLowerInvariant())
        || Words.Any(word => value.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>A password of a server on the same machine, or of none, opens nothing.</summary>
    public static bool IsHost(string host) => Hosts.Any(each => each.EndsWith('.')
        ? host.StartsWith(each, StringComparison.OrdinalIgnoreCase) || host.Contains($".{each}", StringComparison.OrdinalIgnoreCase)
        : host.Equals(each, StringComparison.OrdinalIgnoreCase)) || Is(host);
}
