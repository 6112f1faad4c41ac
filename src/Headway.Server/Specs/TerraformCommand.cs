namespace Headway.Server.Specs;

/// <summary>
/// What people run by hand, in one line: every environment has a workspace of its name, and whichever of the two programs is installed does it. State is kept where the
/// configuration says, which has to be a backend outside the folder, since every job has a fresh one.
/// </summary>
internal static class TerraformCommand
{
    public static string Apply(string folder) => $"{Begin(folder)} && $T apply -input=false -auto-approve";

    /// <summary>Ends with 2, a failure, where something is not as described.</summary>
    public static string Plan(string folder) => $"{Begin(folder)} && $T plan -input=false -detailed-exitcode";

    public static string Destroy(string folder) => $"{Begin(folder)} && $T destroy -input=false -auto-approve";

    private static string Begin(string folder) =>
        "T=$(command -v terraform || command -v tofu) || { echo 'Neither terraform nor tofu is installed on this runner.' >&2; exit 1; }; "
        + $"cd {folder} && $T init -input=false && $T workspace select -or-create \"$HEADWAY_ENVIRONMENT\"";
}
