using System.Net;
using System.Security.Cryptography;
using System.Text;
using CanaryStreams.Engine.Configuration;
using Microsoft.AspNetCore.Http;

namespace CanaryStreams.Cli.Http;

/// <summary>
/// Who may ask. With a token: whoever brings it, for any path, on loopback too. Without one the server is on loopback, and
/// whoever is on this machine may; but a browser on it must not be led here by a page whose name was made to resolve to
/// loopback, so the name that was asked for has to be a local one.
/// </summary>
internal sealed class AccessCheck(HttpOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Digests have one length, so that comparing them tells nothing about the token, not its length either.</summary>
    private readonly byte[]? _digest = options.Token is { } token ? Digest(token.Value) : null;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var status = StatusFor(context.Request.Headers.Authorization.ToString(), context.Request.Host.Host);
        if (status == StatusCodes.Status200OK)
            return next(context);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"canarystreams\"";
        return Task.CompletedTask;
    }

    /// <param name="authorization">The header; empty where there is none.</param>
    /// <param name="host">The name that was asked for; empty for a client of HTTP 1.0, which no browser is.</param>
    /// <returns>200 where the request may go on, otherwise the answer to it.</returns>
    public int StatusFor(string authorization, string host)
    {
        if (_digest is null)
            return IsLocal(host) ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        return
            authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Digest(authorization[Scheme.Length..].Trim(' ')), _digest)
            ? StatusCodes.Status200OK
            : StatusCodes.Status401Unauthorized;
    }

    private static bool IsLocal(string host) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
