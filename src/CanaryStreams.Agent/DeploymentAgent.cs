using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Agent;

/// <summary>
/// The contract of a deployment agent, for one application in one cluster: a command applied before is acknowledged
/// again and not repeated; one of a lower epoch is dropped; a canary whose command has expired without a newer one goes
/// back to stable. Knows neither Kafka nor a clock: its host brings commands and time.
/// </summary>
public sealed class DeploymentAgent(string app, string cluster, ITraffic traffic)
{
    /// <summary>Ids remembered per agent; commands of one rollout number a few per step and cluster.</summary>
    private const int RememberedMax = 10_000;

    /// <summary>Rollouts whose epoch is remembered: the owner of one that was that long ago is not heard of again.</summary>
    private const int RolloutsMax = 1_000;

    private readonly Dictionary<string, int> _epochs = [];
    private readonly Queue<string> _rolloutOrder = new();
    private readonly Dictionary<string, int> _applied = [];
    private readonly Queue<string> _appliedOrder = new();
    private (DateTimeOffset At, string Version)? _expires;

    public string App { get; } = app;

    public string Cluster { get; } = cluster;

    /// <summary>Applies a command; null when it is for another agent or of an owner that has been replaced.</summary>
    public Acknowledgement? Handle(ControlCommand command, DateTimeOffset now)
    {
        if (command.App != App || command.Cluster != Cluster)
            return null;
        if (command.Epoch < _epochs.GetValueOrDefault(command.Rollout))
            return null;
        Remember(command.Rollout, command.Epoch);
        if (_applied.TryGetValue(command.Id, out var weight))
            return Answer(command, now, AckStatus.Applied, weight, null);
        // An agent that was away must not walk through weights that nobody stands for any more.
        if (command.Expires <= now)
            return Answer(command, now, AckStatus.Failed, null, "the command has expired");
        try
        {
            Apply(command);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return Answer(command, now, AckStatus.Failed, null, error.Message);
        }
        Remember(command);
        return Answer(command, now, AckStatus.Applied, command.WeightPct, null);
    }

    /// <summary>Returns to stable when nobody renewed the canary in time: the engine may be gone.</summary>
    /// <returns>True when it did; false where there was no need, or where the traffic can't be moved: ask again.</returns>
    public bool ExpireAt(DateTimeOffset now)
    {
        if (_expires is not { } expires || now < expires.At)
            return false;
        try
        {
            traffic.Rollback(expires.Version);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return false;
        }
        _expires = null;
        return true;
    }

    /// <summary>What moving traffic may throw; anything else is a bug.</summary>
    private static bool IsRefusal(Exception error) =>
        error is InvalidOperationException or IOException or TimeoutException;

    private void Apply(ControlCommand command)
    {
        switch (command.Command)
        {
            case CommandKind.SetCanary:
                traffic.SetCanary(command.Version, command.Variant, command.WeightPct);
                break;
            case CommandKind.SelectVariant when command.Variant is { } variant:
                traffic.SelectVariant(command.Version, variant, command.WeightPct);
                break;
            case CommandKind.Promote:
                traffic.Promote(command.Version);
                break;
            case CommandKind.Rollback:
                traffic.Rollback(command.Version);
                break;
            case CommandKind.Hold:
            case CommandKind.Resume:
                break;
            default:
                throw new InvalidOperationException($"The command {command.Command} has no variant to select.");
        }
        _expires = command.Expires is { } at ? (at, command.Version) : null;
    }

    private void Remember(string rollout, int epoch)
    {
        if (_epochs.TryAdd(rollout, epoch))
            _rolloutOrder.Enqueue(rollout);
        else
            _epochs[rollout] = epoch;
        if (_rolloutOrder.Count > RolloutsMax)
            _epochs.Remove(_rolloutOrder.Dequeue());
    }

    private void Remember(ControlCommand command)
    {
        _applied[command.Id] = command.WeightPct;
        _appliedOrder.Enqueue(command.Id);
        if (_appliedOrder.Count > RememberedMax)
            _applied.Remove(_appliedOrder.Dequeue());
    }

    private static Acknowledgement Answer(
        ControlCommand command,
        DateTimeOffset now,
        AckStatus status,
        int? weightPct,
        string? error
    ) => new(now, command.Id, command.Rollout, command.App, command.Cluster, status, weightPct, error);
}
