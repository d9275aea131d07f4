using System.Globalization;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Agent;

/// <summary>
/// The contract of a deployment agent, for one application in one cluster: a command applied before is acknowledged
/// again and not repeated; one of a lower epoch is dropped, and so is one that a newer one has taken the place of; a canary whose
/// command has expired without a newer one goes back to stable. Knows neither Kafka nor a clock: its host brings commands and
/// time. A host that begins anew tells what its topic holds by <see cref="Recall"/> first, up to its end.
/// </summary>
public sealed class DeploymentAgent(string app, string cluster, ITraffic traffic)
{
    /// <summary>Ids remembered per agent; commands of one rollout number a few per step and cluster.</summary>
    private const int RememberedMax = 10_000;

    /// <summary>Rollouts whose epoch is remembered: the owner of one that was that long ago is not heard of again.</summary>
    private const int RolloutsMax = 1_000;

    private readonly Dictionary<string, Heard> _heard = [];
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
        if (command.Epoch < HeardOf(command.Rollout).Epoch)
            return null;
        var isSuperseded = HeardOf(command.Rollout).IsSuperseded(command);
        HeardOf(command.Rollout).Add(command);
        if (_applied.TryGetValue(command.Id, out var weight))
            return Answer(command, now, AckStatus.Applied, weight, null);
        // Records before a restart come again: what they say is over.
        if (isSuperseded)
            return null;
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

    /// <summary>
    /// Takes note of a command that stands on the topic and moves nothing: whoever remembers nothing must not go through weights
    /// again that a newer command has ended. The same commands may be given to <see cref="Handle"/> afterwards.
    /// </summary>
    public void Recall(ControlCommand command)
    {
        if (command.App == App && command.Cluster == Cluster && command.Epoch >= HeardOf(command.Rollout).Epoch)
            HeardOf(command.Rollout).Add(command);
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

    private Heard HeardOf(string rollout)
    {
        if (_heard.TryGetValue(rollout, out var heard))
            return heard;
        _heard[rollout] = heard = new Heard();
        _rolloutOrder.Enqueue(rollout);
        if (_rolloutOrder.Count > RolloutsMax)
            _heard.Remove(_rolloutOrder.Dequeue());
        return heard;
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

    /// <summary>What was heard of a rollout: its owner's epoch, and the newest command of the whole canary and of each variant.</summary>
    private sealed class Heard
    {
        private const string Whole = "";
        private readonly Dictionary<string, int> _newest = [];

        public int Epoch { get; private set; }

        public void Add(ControlCommand command)
        {
            Epoch = command.Epoch;
            var scope = ScopeOf(command);
            _newest[scope] = Math.Max(_newest.GetValueOrDefault(scope), NumberOf(command));
        }

        /// <summary>A variant's command leaves the other variants' as they are; any other says all that older ones said.</summary>
        public bool IsSuperseded(ControlCommand command) =>
            NumberOf(command) is > 0 and var number
            && (number < _newest.GetValueOrDefault(Whole) || number < _newest.GetValueOrDefault(ScopeOf(command)));

        private static string ScopeOf(ControlCommand command) =>
            command.Command is CommandKind.SetCanary or CommandKind.Hold or CommandKind.Resume
                ? command.Variant ?? Whole
                : Whole;

        /// <summary>n of <c>{rollout}/{n}</c>; 0 where the id is made otherwise.</summary>
        private static int NumberOf(ControlCommand command) =>
            int.TryParse(command.Id.AsSpan(command.Id.LastIndexOf('/') + 1), NumberStyles.None, null, out var number)
                ? number
                : 0;
    }
}
