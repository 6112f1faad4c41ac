using System.Globalization;

namespace Headway.Node.Probes;

/// <summary>
/// Cookies of one run. All of them go to the one instance that set them: domain, path and `Secure` are about the address
/// by which users know the service, and a run does not use that.
/// </summary>
internal sealed class CookieJar
{
    private const int MostCookies = 50, MostBytes = 4096;
    private readonly Dictionary<string, string> cookies = [];

    /// <summary>Null when there are none.</summary>
    public string? Header => cookies.Count == 0 ? null : string.Join("; ", cookies.Select(pair => $"{pair.Key}={pair.Value}"));

    public void Take(IEnumerable<string> setCookies)
    {
        foreach (var line in setCookies.Where(line => line.Length <= MostBytes))
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var equals = parts[0].IndexOf('=');
            if (equals <= 0 || line.Any(char.IsControl)) continue;
            var (name, value) = (parts[0][..equals].Trim(), parts[0][(equals + 1)..].Trim());
            if (parts.Skip(1).Any(IsOver)) cookies.Remove(name);
            else if (cookies.ContainsKey(name) || cookies.Count < MostCookies) cookies[name] = value;
        }
    }

    private static bool IsOver(string attribute)
    {
        var equals = attribute.IndexOf('=');
        if (equals < 0) return false;
        var (name, value) = (attribute[..equals].Trim().ToLowerInvariant(), attribute[(equals + 1)..].Trim());
        return name == "max-age" ? long.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds <= 0
            : name == "expires" && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var at) && at <= DateTimeOffset.UtcNow;
    }
}
