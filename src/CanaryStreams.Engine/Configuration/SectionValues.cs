using CanaryStreams.Core.Policies;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Typed values of a section; a wrong one is reported with what is allowed, and read as left out.</summary>
internal static class SectionValues
{
    public static TimeSpan? Duration(this SectionReader section, string key, Bounds<TimeSpan> bounds)
    {
        if (section.Setting(key) is not { } setting)
            return null;
        if (!Quantities.TryDuration(setting.Value, out var duration))
            section.Error(
                key,
                $"\"{setting}\" is no duration; write a number with ms, s, m, h or d, such as 90s or 30m"
            );
        else if (!bounds.Hold(duration))
            section.Error(
                key,
                $"{setting} is out of range; allowed is {Quantities.Show(bounds.Min)} to {Quantities.Show(bounds.Max)}"
            );
        else
            return duration;
        return null;
    }

    public static int? Integer(this SectionReader section, string key, Bounds<int> bounds) =>
        section.Setting(key) is { } setting ? section.Integer(key, setting, setting.Value, bounds) : null;

    /// <param name="text">The digits, which may be less than all of the setting.</param>
    public static int? Integer(this SectionReader section, string key, Setting setting, string text, Bounds<int> bounds)
    {
        if (int.TryParse(text, out var number) && bounds.Hold(number))
            return number;
        section.Error(key, $"\"{setting}\" must be a whole number from {bounds.Min} to {bounds.Max}");
        return null;
    }

    /// <summary>A probability above 0, as a fraction or in per cent.</summary>
    public static double? Probability(this SectionReader section, string key, double max, bool maxIncluded)
    {
        if (section.Setting(key) is not { } setting)
            return null;
        if (
            Quantities.TryShare(setting.Value, out var share)
            && share > 0
            && (share < max || (maxIncluded && share <= max))
        )
            return share;
        section.Error(
            key,
            $"\"{setting}\" must be a probability above 0 and {(maxIncluded ? "at most" : "below")} {max}, such as 0.01 or 1%"
        );
        return null;
    }

    public static MinEffect? Effect(this SectionReader section, string key)
    {
        if (section.Setting(key) is not { } setting)
            return null;
        if (Quantities.TryEffect(setting.Value, out var effect) && effect.Size > 0)
            return effect;
        section.Error(
            key,
            $"\"{setting}\" must be above 0: a number in the metric's unit, such as 0.002, or relative to stable, such as 5%"
        );
        return null;
    }

    public static bool? Flag(this SectionReader section, string key) =>
        section.OneOf<bool>(key, ("on", true), ("off", false), ("true", true), ("false", false));

    public static T? OneOf<T>(this SectionReader section, string key, params (string Word, T Value)[] words)
        where T : struct
    {
        if (section.Setting(key) is not { } setting)
            return null;
        foreach (var (word, value) in words)
        {
            if (string.Equals(word, setting.Value, StringComparison.Ordinal))
                return value;
        }
        section.Error(key, $"\"{setting}\" must be {string.Join(" or ", words.Select(word => word.Word))}");
        return null;
    }

    /// <summary>A name: not empty and of bounded length.</summary>
    public static string? Name(this SectionReader section, string key)
    {
        if (section.Setting(key) is not { } setting)
            return null;
        if (setting.Value.Trim().Length is > 0 and <= Limits.NameCharactersMax)
            return setting.Value;
        section.Error(key, $"must have 1 to {Limits.NameCharactersMax} characters");
        return null;
    }
}
