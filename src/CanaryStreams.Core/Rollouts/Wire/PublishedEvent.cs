using System.Text;
using System.Text.Json;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>A record of <c>canary.events</c>, read.</summary>
/// <param name="Sequence">Counts the rollout's events from 1.</param>
public sealed record PublishedEvent(string Rollout, long Sequence, RolloutEvent Happened)
{
    /// <exception cref="FormatException">No event that this program knows, and why.</exception>
    public static PublishedEvent Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            var rollout = root.GetProperty("rollout").GetString();
            var type = root.GetProperty("type").GetString();
            if (rollout is null || type is null)
                throw new FormatException("The event lacks its type or its rollout.");
            var data = Encoding.UTF8.GetBytes(root.GetProperty("data").GetRawText());
            return new PublishedEvent(rollout, root.GetProperty("sequence").GetInt64(), EventCodec.Decode(type, data));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The event can't be read: {e.Message}", e);
        }
    }
}
