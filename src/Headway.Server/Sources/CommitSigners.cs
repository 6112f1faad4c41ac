using Headway.Server.Storage;

namespace Headway.Server.Sources;

/// <summary>Whose signatures under commits count: SSH keys, in the form of git's allowed signers.</summary>
public sealed class CommitSigners(SourceOptions options)
{
    public const string FileName = "allowed_signers";
    public const int LimitCharacters = 256 * 1024;

    private string Path => System.IO.Path.Combine(options.Data, FileName);

    public bool AnyKnown => File.Exists(Path) && new FileInfo(Path).Length > 0;

    public string Text => File.Exists(Path) ? File.ReadAllText(Path) : "";

    /// <summary>`ann@example.com ssh-ed25519 AAAA...`, one a line. Null, or what is wrong.</summary>
    public string? Keep(string text)
    {
        if (text.Length > LimitCharacters) return $"The list of signers has at most {LimitCharacters / 1024} KiB.";
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wrong = Array.Find(lines, line => !line.StartsWith('#')
            && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, .., _, _]);
        if (wrong is not null)
            return $"`{wrong[..Math.Min(wrong.Length, 60)]}` is no signer: write `ann@example.com ssh-ed25519 AAAA...`.";
        SecretFile.Write(Path, string.Concat(lines.Select(line => line + "\n")));
        return null;
    }

    /// <summary>Null when a known key signed it.</summary>
    public async Task<string?> WhyRefusedAsync(GitMirror mirror, string commit, CancellationToken stop)
    {
        if (!AnyKnown) return "no signer is known: `headway sources signers --file FILE` gives the list";
        try
        {
            await mirror.AskAsync(["verify-commit", commit], new Dictionary<string, string>(), 64 * 1024, stop);
            return null;
        }
        catch (GitFailedException e) when (e.ExitCode == 1)
        {
            return $"{commit[..7]} is not signed by a known key";
        }
    }
}
