using System.Security.Cryptography;
using System.Text;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Hooks;

/// <summary>
/// Makes the secret of a hook from its salt and a key that is in a file for the server's user only. So neither the
/// record nor a backup of it holds a secret, and a salt alone is worth nothing.
/// </summary>
public sealed class HookSecrets
{
    private const int KeyBytes = 32;
    private readonly byte[] key;

    public HookSecrets(SourceOptions options)
    {
        DataFolder.Make(options.Data);
        var file = Path.Combine(options.Data, "hooks.key");
        if (!File.Exists(file))
            SecretFile.Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        key = Convert.FromBase64String(File.ReadAllText(file).Trim());
        if (key.Length != KeyBytes)
            throw new InvalidOperationException($"{file} does not hold a key of {KeyBytes} bytes.");
    }

    public byte[] BytesOf(Hook hook) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"hook\n{hook.Id}\n{hook.Host}\n{hook.Salt}"));

    /// <summary>As it is given to the host: GitLab's signing tokens have a form of their own.</summary>
    public string TextOf(Hook hook) => hook.Host is HookHost.GitLab
        ? $"whsec_{Convert.ToBase64String(BytesOf(hook))}" : Convert.ToHexStringLower(BytesOf(hook));
}
