namespace Headway.Node.Jobs;

/// <summary>
/// The first process of a job, as root of its namespaces: builds a root folder in which there is the system, read-only,
/// and nothing else of the host, gives up every right, and runs the command. When it ends, the kernel ends all others.
/// </summary>
internal static class SandboxScript
{
    /// <summary>
    /// Gets JAIL SOURCE TEMPORARY CACHE BESIDE SECRETS USERS TOOLS GROUPS NETWORK READONLY WRITES RIGHTS LIMITS and the
    /// command as arguments.
    /// </summary>
    public const string InNamespaces = """
        set -eu
        umask 022
        join() { for group in $GROUPS_; do echo 0 > "$group/cgroup.procs"; done; }
        readonly_() {
            mount -o remount,bind,ro,nosuid,nodev "$1" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev,noexec "$1"
        }
        show() { mkdir -p "$JAIL$1"; mount --rbind "$1" "$JAIL$1"; }
        join
        mount --make-rprivate /
        mount -t tmpfs -o mode=755,size=16m tmpfs "$JAIL"
        for path in /bin /sbin /lib /lib32 /lib64 /libx32 /usr /etc /opt /nix; do
            if [ -L "$path" ]; then ln -s "$(readlink "$path")" "$JAIL$path"
            elif [ -d "$path" ]; then show "$path"
            fi
        done
        for path in $TOOLS; do show "$path"; done
        while read -r _ _ _ _ point _; do
            case $point in "$JAIL"/*) readonly_ "$point" ;; esac
        done < /proc/self/mountinfo
        mount --bind "$USERS" "$JAIL/etc/passwd"
        mkdir "$JAIL/proc" "$JAIL/dev" "$JAIL/dev/shm" "$JAIL/run" "$JAIL/var" "$JAIL/tmp" "$JAIL/job"
        mkdir -p "$JAIL/home/job" "$JAIL/beside"
        ln -s /tmp "$JAIL/var/tmp"
        mount -t proc -o nosuid,nodev,noexec proc "$JAIL/proc"
        for name in null zero full random urandom tty; do
            : > "$JAIL/dev/$name"
            mount --bind "/dev/$name" "$JAIL/dev/$name"
        done
        ln -s /proc/self/fd "$JAIL/dev/fd"
        ln -s fd/0 "$JAIL/dev/stdin"; ln -s fd/1 "$JAIL/dev/stdout"; ln -s fd/2 "$JAIL/dev/stderr"
        mount -t tmpfs -o mode=1777,size=256m,nosuid,nodev tmpfs "$JAIL/dev/shm"
        mount --bind "$TEMPORARY" "$JAIL/tmp"
        mount --bind "$CACHE" "$JAIL/home/job"
        mount --bind "$BESIDE" "$JAIL/beside"
        mount --bind "$SOURCE" "$JAIL/job"
        if [ "$READONLY" = yes ]; then
            mount -o remount,bind,ro,nosuid,nodev "$JAIL/job"
            printf '%s\n' "$WRITES" | while read -r path; do
                if [ -n "$path" ]; then mount --bind "$SOURCE/$path" "$JAIL/job/$path"; fi
            done
        fi
        if [ -n "$SECRETS" ]; then
            mkdir "$JAIL/run/secrets"
            mount --bind "$SECRETS" "$JAIL/run/secrets"
            mount -o remount,bind,ro,nosuid,nodev,noexec "$JAIL/run/secrets"
        fi
        if [ "$NETWORK" = yes ]; then
            # Names are resolved by a file that often lives under /run.
            names=$(readlink -f /etc/resolv.conf || true)
            case $names in /run/*) mkdir -p "$JAIL${names%/*}"; cp "$names" "$JAIL$names" ;; esac
        elif command -v ip > /dev/null; then ip link set lo up
        elif command -v perl > /dev/null; then
            perl -e 'socket(S, 2, 2, 0); ioctl(S, 0x8914, pack("a16 s x22", "lo", 0x41)) or exit 1' || true
        fi
        mount -o remount,bind,ro,nosuid,nodev "$JAIL"
        set +e
        chroot "$JAIL" /usr/bin/setpriv $RIGHTS -- /usr/bin/prlimit $LIMITS -- "$@" < /dev/null 2>&1
        exit $?
        """;

    /// <summary>Joins the groups while that can still be done, and becomes bubblewrap.</summary>
    public const string IntoBubblewrap = """
        set -eu
        for group in $GROUPS_; do echo 0 > "$group/cgroup.procs"; done
        exec "$@"
        """;

    /// <summary>Inside, without any right left: bubblewrap has made the root folder.</summary>
    public const string InBubblewrap = """
        exec /usr/bin/prlimit $LIMITS -- "$@" < /dev/null 2>&1
        """;

    /// <summary>Where namespaces cannot be made: the same limits and rights, the host's files as they are.</summary>
    public const string InSession = """
        set -u
        for group in $GROUPS_; do echo 0 > "$group/cgroup.procs"; done
        exec /usr/bin/setpriv $RIGHTS -- /usr/bin/prlimit $LIMITS -- "$@" < /dev/null 2>&1
        """;
}
