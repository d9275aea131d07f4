using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Chooses and weights the points that a detector learns from. Events weigh by being events and not by how long they
/// last, as they are counted when a detector is judged; normal points, which are thousands to one, weigh little each.
/// </summary>
public static class SampleChoice
{
    /// <summary>What an event's onset points weigh together.</summary>
    private const double OnsetWeightOfEvent = 12;

    /// <summary>What the points of an event of one point weigh for the level; one of n points weighs √n times as much.</summary>
    private const double LevelWeightOfEvent = 10;

    /// <summary>About as many points are kept of a long event, in addition to those of its onset.</summary>
    private const int PointsOfEventMax = 60;

    private const double NormalWeight = 0.05;

    /// <summary>The normal points of a longer series weigh together what those of one as long as this do.</summary>
    private const int NormalPointsMax = 30_000;

    /// <summary>Before these, a detector knows nothing of a series: they aren't taken as normal ones.</summary>
    private const int WarmUpPoints = 20;

    /// <summary>Samples in order of series and point.</summary>
    /// <param name="weightOfSet">Weight by the name of a series' set; 0 leaves it out.</param>
    public static List<TrainingSample> Choose(
        IReadOnlyList<LabelledPoints> series,
        Func<string, double> weightOfSet,
        ulong seed
    ) => Choose(series, one => SampleSettings.For(one, weightOfSet(one.Set)), seed);

    /// <summary>Samples in order of series and point; those of a series don't depend on which others are left out.</summary>
    public static List<TrainingSample> Choose(
        IReadOnlyList<LabelledPoints> series,
        Func<LabelledPoints, SampleSettings> settingsOf,
        ulong seed
    )
    {
        var samples = new List<TrainingSample>();
        for (var i = 0; i < series.Count; i++)
        {
            var settings = settingsOf(series[i]);
            if (settings.Weight > 0)
                AddSeries(samples, i, series[i], settings, SeededRandom.Of(seed, (ulong)i));
        }
        return samples;
    }

    private static void AddSeries(
        List<TrainingSample> samples,
        int index,
        LabelledPoints series,
        SampleSettings settings,
        SeededRandom random
    )
    {
        var shortened = Math.Min(1, NormalPointsMax / (double)series.Count);
        var weight = (float)(NormalWeight * shortened * settings.Weight / settings.NormalShare);
        var onsetFrom = 0;
        for (var i = 0; i < series.Count; )
        {
            if (series.Labels[i])
            {
                var end = EventEnd(series.Labels, i);
                AddEvent(samples, index, i, end - i, settings, random);
                (i, onsetFrom) = (end, end + settings.DelayPoints);
                continue;
            }
            if (i >= WarmUpPoints && !series.Ignored[i] && random.Chance(settings.NormalShare))
                samples.Add(new TrainingSample(index, i, 0, 0, weight, i < onsetFrom ? 0 : weight));
            i++;
        }
    }

    private static void AddEvent(
        List<TrainingSample> samples,
        int series,
        int start,
        int length,
        SampleSettings settings,
        SeededRandom random
    )
    {
        var onsetPoints = Math.Min(length, settings.DelayPoints + 1);
        var onsetWeight = (float)(OnsetWeightOfEvent * settings.Weight / onsetPoints);
        var levelWeight = LevelWeightOfEvent * Math.Sqrt(length) * settings.Weight / length;
        var keptShare = Math.Min(1, PointsOfEventMax / (double)length);
        for (var i = 0; i < length; i++)
        {
            if (i < onsetPoints)
                samples.Add(new TrainingSample(series, start + i, 1, 1, (float)levelWeight, onsetWeight));
            else if (random.Chance(keptShare))
                samples.Add(new TrainingSample(series, start + i, 1, 0, (float)(levelWeight / keptShare), 0));
        }
    }

    private static int EventEnd(bool[] labels, int start)
    {
        var length = labels.AsSpan(start).IndexOf(false);
        return length < 0 ? labels.Length : start + length;
    }
}
