using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Services;

namespace Headway.Core.Pipelines;

/// <summary>
/// Files of the source that checks of environments and commands of evidence run: they travel with the artifact.
/// </summary>
public static class CheckFiles
{
    public static ImmutableArray<string> Of(ServiceSpec spec) =>
        [.. spec.Environments.SelectMany(environment => environment.Checks).Concat(Commands(spec))
            .SelectMany(check => check.Split((char[])[' ', '\t', '\n', '"', '\'', ';', '&', '|', '(', ')'],
                StringSplitOptions.RemoveEmptyEntries))
            .Where(LooksLikeFile).Select(word => word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word)
            .Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Commands(ServiceSpec spec) => (spec.Evidence.IsDefault ? [] : spec.Evidence)
        .Select(signal => signal.Source).OfType<SignalSource.Command>().Select(command => command.Run);

    private static bool LooksLikeFile(string word) =>
        word[0] is not ('/' or '-' or '$') && word.Length > 2 && (word.Contains('/') || word.Contains('.'))
            && !word.Contains(':') && !word.Contains('=') && !word.Split('/').Contains("..");
}
