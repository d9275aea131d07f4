namespace CanaryStreams.Cli;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It ran, and the answer is no.</summary>
    public const int No = 1;

    /// <summary>Bad usage, configuration or input; nothing was changed.</summary>
    public const int BadInput = 2;

    public const int Interrupted = 130;
}
