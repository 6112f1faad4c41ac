namespace Headway.Server.Telemetry.Promql.Labels;

public static class LabelNames
{
    public static bool IsOne(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }
}
