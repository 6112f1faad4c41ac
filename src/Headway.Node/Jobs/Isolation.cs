using System.Text.Json.Serialization;

namespace Headway.Node.Jobs;

/// <summary>How far a job is kept apart from the machine; found out once when the runner starts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Isolation>))]
internal enum Isolation
{
    /// <summary>
    /// Namespaces of its own for processes, files and network, made by bubblewrap; under a user of its own when the
    /// runner is root.
    /// </summary>
    Bubblewrap,

    /// <summary>Root without bubblewrap: the same namespaces, made by `unshare` and a script.</summary>
    Namespaces,

    /// <summary>Neither root nor bubblewrap: the same namespaces, inside a namespace of users.</summary>
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
        Isolation.Bubblewrap when root => "own user, processes, files and network, by bubblewrap",
        Isolation.Bubblewrap => "own processes, files and network as the runner's user, by bubblewrap",
        Isolation.Namespaces => "own user, processes, files and network, by unshare, since there is no bubblewrap",
        Isolation.UserNamespaces =>
            "own processes, files and network as the runner's user, by unshare, since there is no bubblewrap",
        _ when root => "own user and session; this system allows no namespaces, so the network stays reachable",
        _ => "own session only; this system allows no namespaces, "
            + "so files of the runner's user and the network stay reachable",
    };
}
