using System.Security.Cryptography;
using System.Text;

namespace Headway.Node.Control;

/// <summary>A short name for a data folder, for what is shared on a host: control groups, folders of sockets.</summary>
internal static class NodeKey
{
    public static string Of(string data) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))))[..12];
}
