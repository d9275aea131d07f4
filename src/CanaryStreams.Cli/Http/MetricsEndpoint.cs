using System.Text;
using CanaryStreams.Cli.Http.Exposition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace CanaryStreams.Cli.Http;

/// <summary><c>/metrics</c>, in the text format that Prometheus and its like read.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, MetricsCollector metrics) =>
        routes.MapGet(
            "/metrics",
            context =>
            {
                context.Response.ContentType = ExpositionWriter.ContentType;
                return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(metrics.Collect())).AsTask();
            }
        );
}
