namespace CanaryStreams.Cli.Http;

/// <summary>The server can't listen where the configuration says; nothing else was started.</summary>
internal sealed class HttpServerException(string message, Exception inner) : Exception(message, inner);
