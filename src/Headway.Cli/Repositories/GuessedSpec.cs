using System.Text;
using System.Text.RegularExpressions;

namespace Headway.Cli.Repositories;

/// <summary>Writes headway.yaml as a person would.</summary>
internal static partial class GuessedSpec
{
    /// <summary>What YAML takes as it stands; everything else is quoted.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9./~_-]([A-Za-z0-9 ./_$=+~%'&|;()-]|:(?! )|""(?!$))*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain { get; }

    public static string Of(ServiceGuess guess)
    {
        var yaml = new StringBuilder();
        yaml.Append("# How Headway builds, runs and releases this service. Written by `headway init` for "
            + $"{guess.Kind}.\n");
        yaml.Append($"service: {guess.Service}\n\n");
        yaml.Append("build:\n");
        foreach (var job in guess.Jobs) AppendJob(yaml, job);
        yaml.Append("\nrun:\n");
        yaml.Append("  # One instance; it must listen on the port in PORT, on 127.0.0.1.\n");
        yaml.Append($"  command: {Text(guess.Command)}\n");
        yaml.Append("  # A 2xx answer here means: ready for users.\n");
        yaml.Append($"  health: {Text(guess.Health)}\n\n");
        yaml.Append("release:\n");
        yaml.Append("  production:\n");
        yaml.Append("    # Shares of users who meet a new release, step by step, while the judge compares it with the "
            + "old one.\n");
        yaml.Append("    canary: [5%, 25%, 50%]\n");
        yaml.Append("    # The most harm that one release may do before it is taken back.\n");
        yaml.Append("    exposure: 50 failed requests\n");
        return yaml.ToString();
    }

    private static void AppendJob(StringBuilder yaml, JobGuess job)
    {
        yaml.Append($"  {job.Name}:\n    run: {Text(job.Run)}\n");
        if (job.Artifact is not null) yaml.Append($"    artifact: {Text(job.Artifact)}\n");
        if (job.Needs is not null) yaml.Append($"    needs: {job.Needs}\n");
        if (job.Reports is not null) yaml.Append($"    reports: \"{job.Reports}\"\n");
        if (job.Network) yaml.Append("    network: true\n");
    }

    private static string Text(string value) =>
        Plain.IsMatch(value) && !value.EndsWith(' ') && !double.TryParse(value, out _)
            && value is not ("." or "true" or "false" or "null" or "~")
            ? value
            : $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
