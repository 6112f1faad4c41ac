using System.Security.Cryptography;
using System.Text;
using Headway.Server.Storage;

namespace Headway.Server.Secrets.Keys;

/// <summary>
/// Keys in a file for its owner only: a line for each, `NAME BASE64`, the first one wraps. Whoever has this file and the
/// store has all secrets, so they belong into different backups.
/// </summary>
public sealed class FileKeys : IKeyWrap
{
    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16, MostKeys = 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string file;
    private readonly Lock changing = new();
    private volatile Key[] keys;

    private FileKeys(string file, Key[] keys) => (this.file, this.keys) = (file, keys);

    public string Current => keys[0].Name;

    /// <exception cref="KeyWrapException">The file is readable by others, or holds no keys.</exception>
    public static FileKeys LoadOrCreate(string file)
    {
        if (File.Exists(file)) return new(file, Load(file));
        DataFolder.Make(Path.GetDirectoryName(file)!);
        var made = new FileKeys(file, []);
        made.Write([NewKey()]);
        return made;
    }

    public WrappedKey Wrap(byte[] dataKey)
    {
        var key = keys[0];
        var bytes = new byte[NonceBytes + dataKey.Length + TagBytes];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key.Bytes, TagBytes);
        cipher.Encrypt(nonce, dataKey, bytes.AsSpan(NonceBytes, dataKey.Length), bytes.AsSpan(NonceBytes + dataKey.Length),
            Encoding.UTF8.GetBytes(key.Name));
        return new(key.Name, bytes);
    }

    public byte[] Unwrap(WrappedKey wrapped)
    {
        var key = Array.Find(keys, each => each.Name == wrapped.Key) ?? throw new KeyWrapException(
            $"The key `{wrapped.Key}`, which a secret was sealed with, is not in {file}. Put back the file that belongs "
            + "to this store; without it the secrets have to be set again.");
        try
        {
            var dataKey = new byte[wrapped.Bytes.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(key.Bytes, TagBytes);
            cipher.Decrypt(wrapped.Bytes.AsSpan(0, NonceBytes), wrapped.Bytes.AsSpan(NonceBytes, dataKey.Length),
                wrapped.Bytes.AsSpan(NonceBytes + dataKey.Length), dataKey, Encoding.UTF8.GetBytes(key.Name));
            return dataKey;
        }
        catch (Exception e) when (e is CryptographicException or OverflowException or ArgumentException)
        {
            throw new KeyWrapException($"A data key was not wrapped by the key `{key.Name}` of {file}, or was changed.", e);
        }
    }

    public void Renew()
    {
        lock (changing)
        {
            if (keys.Length >= MostKeys)
                throw new KeyWrapException($"{file} holds {MostKeys} keys: some secret could not be wrapped anew.");
            Write([NewKey(), .. keys]);
        }
    }

    public void LetGo()
    {
        lock (changing) Write(keys[..1]);
    }

    private static Key NewKey() =>
        new("k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), RandomNumberGenerator.GetBytes(KeyBytes));

    private void Write(Key[] next)
    {
        SecretFile.Write(file, string.Concat(next.Select(key => $"{key.Name} {Convert.ToBase64String(key.Bytes)}\n")));
        keys = next;
    }

    private static Key[] Load(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new KeyWrapException($"The key {file} can be read by others. If nobody had it: chmod 600 {file}, then "
                + "`headway secrets rotate-key`. Otherwise every secret has to be replaced.");
        var read = File.ReadAllLines(file).Where(line => line.Length > 0).Select(KeyOf).ToArray();
        return read.Length > 0 && read.All(key => key is not null) ? read.OfType<Key>().ToArray() : throw new KeyWrapException(
            $"{file} holds no keys: a line each, a name and 32 bytes in base64.");
    }

    private static Key? KeyOf(string line)
    {
        if (line.Split(' ') is not [var name, var base64]) return null;
        var bytes = new byte[KeyBytes];
        return name.Length > 0 && Convert.TryFromBase64String(base64, bytes, out var written) && written == KeyBytes
            ? new(name, bytes) : null;
    }

    private sealed class Key(string name, byte[] bytes)
    {
        public string Name => name;
        public byte[] Bytes => bytes;
    }
}
