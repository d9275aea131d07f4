namespace CanaryStreams.Core.Planning.Champions;

/// <summary>When models are trained, and when one takes the champion's place.</summary>
public sealed record LearnerSettings
{
    /// <summary>New outcomes after which a model is trained, at least; half as many as the last one was trained on, if that is more.</summary>
    public int RetrainAfter { get; init; } = 20;

    /// <summary>It is trained after this time too, in event time, where there is a new outcome.</summary>
    public TimeSpan RetrainEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Rollouts with an outcome without which no challenger is promoted.</summary>
    public int TrialRollouts { get; init; } = 30;

    /// <summary>Whether a challenger that has won its trial is promoted; if not, a person does it.</summary>
    public bool Promotes { get; init; } = true;
}
