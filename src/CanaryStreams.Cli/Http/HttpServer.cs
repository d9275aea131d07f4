using System.Net;
using System.Net.Sockets;
using CanaryStreams.Cli.Http.Exposition;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanaryStreams.Cli.Http;

/// <summary>
/// What the engine serves over HTTP, until disposed: health and metrics. It takes nothing from the environment, logs
/// nothing, and leaves signals to the program.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownMax = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly MetricsCollector _metrics;

    private HttpServer(WebApplication application, MetricsCollector metrics)
    {
        _application = application;
        _metrics = metrics;
    }

    /// <summary>Where it listens, with the port that it was given.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <exception cref="HttpServerException">It can't listen there.</exception>
    public static async Task<HttpServer> StartAsync(HttpOptions options, EngineDiagnostics diagnostics)
    {
        var metrics = new MetricsCollector(diagnostics.Metrics.Meter);
        var server = new HttpServer(Build(options, diagnostics, metrics), metrics);
        try
        {
            await server._application.StartAsync();
            return server;
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await server.DisposeAsync();
            var place = new IPEndPoint(options.Bind, options.Port);
            var why = error.InnerException is { InnerException: SocketException socket } ? socket : error;
            throw new HttpServerException(
                $"The HTTP server can't listen on {place}: {why.Message}. "
                    + "Choose another http.port (0 for any free one) or http.bind, or switch it off with http: off.",
                error
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _metrics.Dispose();
    }

    private static WebApplication Build(HttpOptions options, EngineDiagnostics diagnostics, MetricsCollector metrics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownMax);
        var application = builder.Build();
        var access = new AccessCheck(options);
        application.Use(access.InvokeAsync);
        HealthEndpoints.Map(application, diagnostics.Health);
        MetricsEndpoint.Map(application, metrics);
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 100;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(options.Bind, options.Port);
    }

    /// <summary>The host's own would take SIGTERM for itself and end the server before the engine has ended.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
