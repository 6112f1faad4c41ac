using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Provisioning;

namespace Headway.Server.Specs;

/// <summary>`provision:` of an environment: what has to be there before a release comes, and how it is made.</summary>
internal static class ProvisionShape
{
    private static readonly TimeSpan OftenEnough = TimeSpan.FromMinutes(10);

    private static readonly Field<JobSpec?> Make = new(
        "make", "Command, or job, that brings about what this commit describes; run again it changes nothing.", Command(), null);

    private static readonly Field<JobSpec?> Check = new(
        "check", "Command, or job, that fails where the environment is not what was made.", Command(), null);

    private static readonly Field<JobSpec?> Remove = new(
        "remove", "Command, or job, that takes it away once the environment is not wanted any more.", Command(), null);

    private static readonly Field<TimeSpan> CheckEvery = new(
        "checkEvery", "How often `check` is run (10m when not written).", Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)), OftenEnough);

    private static readonly Field<ImmutableArray<string>> Paths = new(
        "paths", "Files that describe it: it is made anew when they, or the commands, change; at every release when not written.",
        Shapes.List("paths", 100, Shapes.Text("a pattern such as `infra/**`")), []);

    private static readonly Field<string?> Terraform = new(
        "terraform", "Folder of a Terraform (or OpenTofu) configuration, instead of the commands: applied, looked at and destroyed in the workspace of the environment's name.",
        Shapes.Text("a folder such as `infra`").Select(folder => (string?)folder), null);

    private static readonly Shape<ProvisionSpec?> Shape = MapShape.Of("`provision`", [Make, Check, Remove, CheckEvery, Paths, Terraform], Read);

    public static readonly Field<ProvisionSpec?> Field = new(
        "provision", "What has to be there before a release comes here, made and taken back with it.", Shape, null);

    private static ProvisionSpec? Read(MapValues values)
    {
        if (values.Get(Terraform) is { } folder)
        {
            foreach (var field in (Field[])[Make, Check, Remove])
                if (values.Has(field)) values.Problem(field, $"`terraform` says how it is made, so `{field.Name}` has no place beside it", "one or the other");
            if (WhyNoFolder(folder) is { } wrong) values.Problem(Terraform, wrong, "a folder such as `infra`");
            var paths = values.Has(Paths) ? values.Get(Paths) : [$"{folder.TrimEnd('/')}/**"];
            return new(Job(ProvisionSpec.MakeName, TerraformCommand.Apply(folder)), Job(ProvisionSpec.CheckName, TerraformCommand.Plan(folder)),
                Job(ProvisionSpec.RemoveName, TerraformCommand.Destroy(folder)), values.Get(CheckEvery), paths);
        }
        if (!values.Has(Make)) values.Problem(Make, "`provision` does not say how the environment is made", "`make: ./infra/make.sh`, or `terraform: infra`");
        if (values.Has(CheckEvery) && !values.Has(Check)) values.Problem(CheckEvery, "nothing is looked at without `check`", "`check: ./infra/check.sh` beside it");
        return values.Get(Make) is { } make
            ? new(make with { Name = ProvisionSpec.MakeName }, Named(values.Get(Check), ProvisionSpec.CheckName),
                Named(values.Get(Remove), ProvisionSpec.RemoveName), values.Get(CheckEvery), values.Get(Paths)) : null;
    }

    private static JobSpec? Named(JobSpec? job, string name) => job is null ? null : job with { Name = name };

    private static string? WhyNoFolder(string folder) => folder.StartsWith('/') || folder.Split('/').Contains("..") || folder.Any(letter => !(char.IsAsciiLetterOrDigit(letter) || "._-/".Contains(letter)))
        ? "this is not a folder within the repository" : null;

    private static JobSpec Job(string name, string command) => new(name, command, null, [], null, TimeSpan.FromMinutes(60), Network: true) { Cache = false };

    private static Shape<JobSpec?> Command() => Shapes.Either(node => node is SpecNode.Scalar { IsNull: false },
        Shapes.Text("a command such as `./infra/make.sh`").Select(run => (JobSpec?)Job("", run)), JobShape.OfProvision);
}
