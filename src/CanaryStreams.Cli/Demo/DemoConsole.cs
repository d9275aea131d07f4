using Spectre.Console;

namespace CanaryStreams.Cli.Demo;

/// <summary>Where the demo speaks: the terminal, or a file or pipe, which gets neither colours nor broken lines.</summary>
internal static class DemoConsole
{
    /// <summary>Wider than any sentence, so that nothing is broken where nobody looks at a screen.</summary>
    private const int PlainWidth = 10_000;

    public static bool IsTerminal { get; } =
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public static IAnsiConsole Out { get; } = IsTerminal ? AnsiConsole.Console : Plain();

    private static IAnsiConsole Plain()
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(Console.Out),
            }
        );
        console.Profile.Width = PlainWidth;
        return console;
    }
}
