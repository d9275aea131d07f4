using System.Text.Json;
using System.Text.Json.Serialization;
using CanaryStreams.Engine.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CanaryStreams.Cli.Http;

/// <summary>
/// <c>/health/live</c>: the process isn't stuck; <c>/health/ready</c>: every part does its work. Both answer 200 or 503,
/// with all parts.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Seconds after which somebody who asks whether it is ready should ask again.</summary>
    private const int RetryAfter = 5;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
    };

    private sealed record Body(string Status, DateTimeOffset At, IEnumerable<Part> Parts);

    private sealed record Part(
        string Name,
        HealthState State,
        string? Reason,
        DateTimeOffset Since,
        bool Live,
        double? SilentSeconds
    );

    public static void Map(IEndpointRouteBuilder routes, EngineHealth health)
    {
        routes.MapGet(
            "/health/live",
            context =>
            {
                var report = health.Report();
                return WriteAsync(context, report, report.IsLive, report.IsLive ? "live" : "stuck");
            }
        );
        routes.MapGet(
            "/health/ready",
            context =>
            {
                var report = health.Report();
                if (!report.IsReady && report.IsLive && report.Parts.All(part => part.State != HealthState.Failed))
                    context.Response.Headers.RetryAfter = $"{RetryAfter}";
                return WriteAsync(context, report, report.IsReady, report.IsReady ? "ready" : "notReady");
            }
        );
    }

    private static Task WriteAsync(HttpContext context, HealthReport report, bool isGood, string status)
    {
        context.Response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = new Body(status, report.At, report.Parts.Select(Shown));
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, Json)).AsTask();
    }

    private static Part Shown(PartHealth part) =>
        new(
            part.Name,
            part.State,
            part.Reason,
            part.Since,
            part.IsLive,
            part.Silence is { } silence ? Math.Round(silence.TotalSeconds, 1) : null
        );
}
