namespace Headway.Server.Secrets.Keys;

/// <summary>
/// Wraps data keys with a key that is not in the database. Two ways: a file of this machine, and a program that asks
/// a key service.
/// </summary>
public interface IKeyWrap
{
    /// <summary>Name of the key that wraps from now on.</summary>
    string Current { get; }

    /// <exception cref="KeyWrapException">The key cannot be used.</exception>
    WrappedKey Wrap(byte[] dataKey);

    /// <exception cref="KeyWrapException">The key is not there, or what was wrapped has been changed.</exception>
    byte[] Unwrap(WrappedKey wrapped);

    /// <summary>Makes a new key that wraps from now on; the old ones still unwrap until they are let go.</summary>
    void Renew();

    /// <summary>Nothing is wrapped by the old keys any more.</summary>
    void LetGo();
}

/// <param name="Key">Name of the key that wrapped it.</param>
public sealed record WrappedKey(string Key, byte[] Bytes);

/// <summary>Its message is a sentence for an operator and holds no key.</summary>
public sealed class KeyWrapException(string says, Exception? inner = null) : Exception(says, inner);
