using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Terminal;
using Headway.Core.Configuration;
using Headway.Core.Releases;
using Headway.Server.Configuration;
using Headway.Server.Delivery;
using Headway.Server.Status;

namespace Headway.Cli.Configuration;

/// <param name="Here">Null where it is not set.</param>
internal sealed record Difference(string What, string? Here, string? There);

/// <summary>`headway diff`: what the next release would change, or how another environment differs.</summary>
internal static class DiffCommand
{
    public static Command Build()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var environment = new Option<string?>("--environment") { Description = "Which (default: the last one).", HelpName = "name" };
        var against = new Option<string?>("--against") { Description = "Another environment; without it what waits to come is compared with what is out.", HelpName = "environment" };
        var command = new Command("diff", "What would change in an environment by what waits for it, or how it differs from another environment.") { service, environment, against };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var name = result.GetValue(service)!;
            var here = result.GetValue(environment) ?? await LaneCommands.LastAsync(api, name, stop);
            var found = result.GetValue(against) is { } there ? await EnvironmentsAsync(api, name, (here, there), stop) : await WaitingAsync(api, name, here, stop);
            screen.Answer(found, differences =>
            {
                if (differences.IsEmpty) screen.Line("Nothing differs.");
                foreach (var each in differences)
                {
                    screen.Line(each.What);
                    if (each.Here is { } now) screen.Line($"  - {now}");
                    if (each.There is { } then) screen.Line($"  + {then}");
                }
            });
            return found.IsEmpty ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<ImmutableArray<Difference>> EnvironmentsAsync(ApiClient api, string service, (string Here, string There) names, CancellationToken stop)
    {
        var view = await api.GetAsync<ConfigurationView>($"api/v1/config/{Uri.EscapeDataString(service)}", stop);
        ImmutableArray<ConfigurationEntry> Of(string environment) => view.Environments.FirstOrDefault(each => each.Environment == environment)?.Entries
            ?? throw new CliException(ExitCode.NotFound, $"{service} has no environment `{environment}`.", $"One of {string.Join(", ", view.Environments.Select(each => each.Environment))}.");
        var lanes = (await api.GetAsync<StatusView>("api/v1/status", stop)).Services.First(each => each.Service.Name == service).Lanes
            .ToDictionary(lane => lane.Environment, lane => lane.State.Current);
        return [.. Release(lanes.GetValueOrDefault(names.Here), lanes.GetValueOrDefault(names.There)), .. Variables(Values(Of(names.Here)), Values(Of(names.There)))];
    }

    private static async Task<ImmutableArray<Difference>> WaitingAsync(ApiClient api, string service, string environment, CancellationToken stop)
    {
        var next = await api.GetAsync<NextRelease>($"api/v1/lanes/{Uri.EscapeDataString(service)}/{Uri.EscapeDataString(environment)}/next", stop);
        if (next.Next is not { } coming) return [];
        var (here, there) = (Spec(next.Current, environment), Spec(coming, environment));
        return
        [
            .. Release(next.Current?.Id, coming.Id),
            .. next.Current?.ArtifactDigest == coming.ArtifactDigest ? [] : (Difference[])[new("artifact", next.Current?.ArtifactDigest, coming.ArtifactDigest)],
            .. next.Current?.Spec.Run.Command == coming.Spec.Run.Command ? [] : (Difference[])[new("run.command", next.Current?.Spec.Run.Command, coming.Spec.Run.Command)],
            .. Variables(here, there),
        ];
    }

    private static ImmutableSortedDictionary<string, string> Spec(Release? release, string environment) => release is null ? ConfigurationVersion.Nothing
        : release.Spec.Run.Variables.SetItems(release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Variables ?? ConfigurationVersion.Nothing);

    private static IEnumerable<Difference> Release(string? here, string? there) => here == there ? [] : [new("release", here, there)];

    private static ImmutableSortedDictionary<string, string> Values(ImmutableArray<ConfigurationEntry> entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value ?? "(a secret)", StringComparer.Ordinal);

    private static IEnumerable<Difference> Variables(ImmutableSortedDictionary<string, string> here, ImmutableSortedDictionary<string, string> there) =>
        from key in here.Keys.Union(there.Keys).Order(StringComparer.Ordinal)
        let pair = (Here: here.GetValueOrDefault(key), There: there.GetValueOrDefault(key))
        where pair.Here != pair.There
        select new Difference($"env {key}", pair.Here, pair.There);
}
