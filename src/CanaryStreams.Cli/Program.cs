using CanaryStreams.Cli;

return await CommandLine.RunAsync(args);
