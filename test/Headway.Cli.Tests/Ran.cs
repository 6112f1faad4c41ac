namespace Headway.Cli.Tests;

/// <summary>One run of the command line within this process, as a pipe would see it.</summary>
internal sealed record Ran(int ExitCode, string Out, string Error)
{
    public static async Task<Ran> Headway(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(Program.Root(), args, output, error);
        return new(code, output.ToString(), error.ToString());
    }
}
