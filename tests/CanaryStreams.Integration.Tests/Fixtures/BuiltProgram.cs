namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>The program that was built with these tests.</summary>
public static class BuiltProgram
{
    /// <summary>How it is started; its own arguments follow.</summary>
    public static IReadOnlyList<string> Command { get; } =
    [Programs.Find("dotnet") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "canarystreams.dll")];

    /// <summary>Runs a verb that ends by itself.</summary>
    public static Task<ProgramResult> RunAsync(params IEnumerable<string> arguments) =>
        Programs.RunAsync(Command[0], [.. Command.Skip(1), .. arguments]);
}
