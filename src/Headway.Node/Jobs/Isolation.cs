using System.Text.Json.Serialization;

namespace Headway.Node.Jobs;

/// <summary>How far a job is kept apart from the machine; found out once when the runner starts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Isolation>))]
internal enum Isolation
{
    /// <summary>Root: namespaces of its own for processes, files and network, and a user of its own.</summary>
    Namespaces,

    /// <summary>Not root: the same namespaces, inside a namespace of users.</summary>
    UserNamespaces,

    /// <summary>
    /// A session of its own; under a user of its own when the runner is root. The network stays reachable.
    /// </summary>
    Session,
}

internal static class IsolationWords
{
    public static string Says(this Isolation isolation, bool root) => isolation switch
    {
        Isolation.Namespaces => "own user, processes, files and network",
        Isolation.UserNamespaces => "own processes, files and network, as the runner's user",
        _ when root => "own user and session; this system allows no namespaces, so the network stays reachable",
        _ => "own session only; this system allows no namespaces, "
            + "so files of the runner's user and the network stay reachable",
    };
}
