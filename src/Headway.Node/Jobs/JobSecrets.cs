using System.Collections.Immutable;
using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>
/// How a job meets its secrets: files that only its user can read, put into its environment by its own first shell. So
/// they are on no command line, and in no environment but that of the job.
/// </summary>
internal static class JobSecrets
{
    /// <summary>Where a job in namespaces of its own sees them.</summary>
    public const string Seen = "/run/secrets";

    /// <summary>$1 command, $2 folder, the rest: variables, with `=file` those that hold a path.</summary>
    private const string Prelude = """
        command=$1 folder=$2
        shift 2
        for use in "$@"; do
            case $use in
                *=file) export "${use%=file}=$folder/${use%=file}" ;;
                *) value=$(cat "$folder/$use" && echo x) || exit 126
                   export "$use=${value%x}" ;;
            esac
        done
        exec /bin/sh -c "$command"
        """;

    /// <param name="folder">As the job sees it.</param>
    public static ImmutableArray<string> Command(JobOrder order, string folder) => order.Secrets.IsDefaultOrEmpty
        ? ["/bin/sh", "-c", order.Command]
        : ["/bin/sh", "-c", Prelude, "sh", order.Command, folder,
            .. order.Secrets.Select(use => use.AsFile ? $"{use.Variable}=file" : use.Variable)];
}

/// <summary>The server does not give the job a secret; its message is for the log.</summary>
internal sealed class SecretsRefusedException(string says) : Exception(says);
