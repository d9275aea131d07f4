using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CanaryStreams.Cli.Hosting;

/// <summary>Logs on standard error, a line each: standard output is for results.</summary>
internal static class EngineLogging
{
    public static ILoggerFactory Create(LogLevel least) =>
        LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(least)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "HH:mm:ss.fff ";
                    console.ColorBehavior = LoggerColorBehavior.Disabled;
                })
                .Services.Configure<ConsoleLoggerOptions>(console =>
                    console.LogToStandardErrorThreshold = LogLevel.Trace
                )
        );
}
