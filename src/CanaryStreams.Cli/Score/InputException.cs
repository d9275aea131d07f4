namespace CanaryStreams.Cli.Score;

/// <summary>An input that can't be used: where and why, for the person who gave it. Ends the program with exit code 2.</summary>
public sealed class InputException(string file, long line, string reason)
    : Exception(line > 0 ? $"{file}:{line}: {reason}" : $"{file}: {reason}");
