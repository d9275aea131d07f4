using CanaryStreams.Cli;

return await CommandLine.Create().Parse(args).InvokeAsync(CommandLine.Invocation);
