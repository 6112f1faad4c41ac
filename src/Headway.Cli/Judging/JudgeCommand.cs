using System.CommandLine;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Judging.Vectors;

namespace Headway.Cli.Judging;

/// <summary>
/// `headway judge check FILE`: recomputes a file of expected numbers with the product's own judge. Exit codes: 0 all
/// within the file's tolerance, 1 beyond it or not all of it known, 2 the file cannot be read.
/// </summary>
public static class JudgeCommand
{
    public static Command Build()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A vector file (JSON)." };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output." };
        var check = new Command("check", "Recompute a file of expected numbers and print the largest error.")
        {
            file, json,
        };
        check.SetAction(parsed => Check(
            parsed.GetRequiredValue(file), parsed.GetValue(json),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return new Command("judge", "Look into the judge of canaries.") { check, CalibrateCommand.Build() };
    }

    private static int Check(FileInfo path, bool json, TextWriter output, TextWriter error)
    {
        VectorFile file;
        try
        {
            file = VectorFile.Parse(File.ReadAllText(path.FullName));
        }
        catch (Exception problem) when (
            problem is VectorFormatException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"Cannot check {path}: {problem.Message}");
            return 2;
        }

        var done = VectorCheck.Run(file);
        var largest = done.Length == 0 ? 0 : done.Max(c => c.Error);
        var agrees = largest <= file.Tolerance && file.Unknown.IsEmpty;
        if (json)
            output.WriteLine(JsonSerializer.Serialize(new
            {
                file.Title, file.Tolerance, LargestError = largest, Agrees = agrees, file.Unknown, Checks = done,
            }, Wire.Json));
        else Print(file, done, largest, output);
        return agrees ? 0 : 1;
    }

    private static void Print(VectorFile file, IReadOnlyList<Checked> done, double largest, TextWriter output)
    {
        foreach (var group in done.GroupBy(c => c.Case))
        {
            var worst = group.Max(c => c.Error);
            var word = worst <= file.Tolerance ? "ok  " : "FAIL";
            output.WriteLine($"{word} {group.Key,-40} {group.Count(),3} checks, largest error {worst:0.0e+0}");
            foreach (var bad in group.Where(c => c.Error > file.Tolerance))
                output.WriteLine($"     {bad.What}: {bad.Problem ?? $"error {bad.Error:0.0e+0}"}");
        }

        foreach (var field in file.Unknown)
            output.WriteLine($"FAIL {field}: this field is not known, so what it says was not checked");
        output.WriteLine(
            $"{file.Cases.Length} cases and {file.Combinations.Length} combinations, {done.Count} checks; "
            + $"largest error {largest:0.0e+0}, tolerance {file.Tolerance:0.0e+0}");
    }
}
