using CanaryStreams.Core.Planning.Champions;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads the section <c>learning</c>.</summary>
internal static class LearningReader
{
    private static readonly string[] s_ofImpact = ["retrainAfter", "retrainEvery", "trialRollouts", "promotion"];

    public static LearningOptions Read(SectionReader section)
    {
        var left = new LearnerSettings();
        var isOn = section.Flag("impact") ?? true;
        var settings = new LearnerSettings
        {
            RetrainAfter = section.Integer("retrainAfter", Limits.RetrainAfter) ?? left.RetrainAfter,
            RetrainEvery = section.Duration("retrainEvery", Limits.RetrainEvery) ?? left.RetrainEvery,
            TrialRollouts = section.Integer("trialRollouts", Limits.TrialRollouts) ?? left.TrialRollouts,
            Promotes = section.OneOf<bool>("promotion", ("auto", true), ("manual", false)) ?? left.Promotes,
        };
        var options = new LearningOptions(section.Flag("fleet") ?? true) { Impact = isOn ? settings : null };
        section.Done();
        if (!isOn)
            foreach (var key in s_ofImpact.Where(section.Has))
                section.Error(key, "has no meaning with impact: off");
        return options;
    }
}
