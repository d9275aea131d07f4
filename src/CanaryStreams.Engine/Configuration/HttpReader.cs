using System.Net;
using System.Net.Sockets;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads <c>http</c>: where it listens and what it asks for, or <c>off</c>.</summary>
internal static class HttpReader
{
    private const string Key = "http";
    private const string Bind = "bind";
    private const string Token = "token";

    public static HttpOptions? Read(SectionReader file)
    {
        if (file.IsWord(Key, "off"))
            return null;
        var left = new HttpOptions();
        var section = file.Section(Key);
        var http = new HttpOptions
        {
            Bind = ReadBind(section) ?? left.Bind,
            Port = section.Integer("port", Limits.Port) ?? left.Port,
            Token = ReadToken(section),
        };
        section.Done();
        if (!IPAddress.IsLoopback(http.Bind) && !section.Has(Token))
            section.Error(
                Token,
                $"must be given where {Bind} is no loopback address: others could read what the engine does"
            );
        return http;
    }

    private static IPAddress? ReadBind(SectionReader section)
    {
        if (section.Setting(Bind) is not { } setting)
            return null;
        if (IPAddress.TryParse(setting.Value, out var address) && IsWrittenOut(address, setting.Value))
            return address;
        section.Error(Bind, $"\"{setting}\" must be an address, such as 127.0.0.1, ::1 or 0.0.0.0");
        return null;
    }

    /// <summary>The parser takes "1" for 0.0.0.1.</summary>
    private static bool IsWrittenOut(IPAddress address, string text) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text;

    private static Setting? ReadToken(SectionReader section)
    {
        if (section.Setting(Token) is not { } setting)
            return null;
        if (Limits.TokenCharacters.Hold(setting.Value.Length) && setting.Value.All(c => c is > ' ' and <= '~'))
            return setting.Masked();
        var (min, max) = (Limits.TokenCharacters.Min, Limits.TokenCharacters.Max);
        section.Error(Token, $"must have {min} to {max} characters of ASCII without spaces");
        return null;
    }
}
