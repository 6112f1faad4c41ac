namespace Headway.Cli;

/// <summary>What the exit code of every command means; documented in `headway --help`.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>
    /// It was done, and the answer is no: a file with problems, a failed test, a release rolled back.
    /// </summary>
    public const int No = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, or does not know the token.</summary>
    public const int NoServer = 3;

    /// <summary>There is no such service, rollout or file.</summary>
    public const int NotFound = 4;

    /// <summary>A rule does not allow it now; the message says which.</summary>
    public const int Refused = 5;

    /// <summary>A mistake in Headway itself.</summary>
    public const int Internal = 70;

    public const int Interrupted = 130;

    public const string Table =
        """
        Exit codes:
          0    done
          1    done, and the answer is no (problems found, tests failed, rolled back)
          2    the command line is wrong
          3    the server cannot be reached, or does not know the token
          4    there is no such service, rollout or file
          5    a rule does not allow it now
          70   a mistake in headway itself
          130  interrupted
        """;
}
