using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Simulation;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class DetectorAblationTests
{
    private static readonly Channel[] s_season =
    [
        Channel.Day,
        Channel.DaySlot,
        Channel.DaySmooth,
        Channel.DayStep,
        Channel.WeekSlot,
        Channel.WeekSmooth,
    ];

    private static readonly Channel[] s_spectrum = [Channel.ShortSpectrum, Channel.LongSpectrum];

    [Fact]
    public void Observe_Whole_UsesEveryChannel() =>
        Silent(Features(DetectorAblation.None)).ShouldBe([Channel.Run], "no value comes twice");

    [Fact]
    public void Observe_WithoutSeason_LeavesItsChannelsZeroAndTheOthersAsTheyWere() =>
        Without(DetectorAblation.Season, s_season);

    [Fact]
    public void Observe_WithoutSpectrum_LeavesItsChannelsZeroAndTheOthersAsTheyWere() =>
        Without(DetectorAblation.Spectrum, s_spectrum);

    [Fact]
    public void Observe_WithoutOtherMembers_LeavesSpectraAlone() =>
        Without(DetectorAblation.OtherMembers, [.. Enum.GetValues<Channel>().Except(s_spectrum)]);

    [Fact]
    public void Observe_WithoutBoth_LeavesBothZero() =>
        Without(DetectorAblation.Season | DetectorAblation.Spectrum, [.. s_season, .. s_spectrum]);

    [Fact]
    public void Observe_WithoutCnn_HidesTheChannelsAndKeepsTheContext()
    {
        var (whole, without) = (Features(DetectorAblation.None), Features(DetectorAblation.Cnn));

        without.Channels.ShouldAllBe(point => Array.TrueForAll(point, surprise => surprise == 0));
        without.Contexts.Select((context, i) => context.SequenceEqual(whole.Contexts[i])).ShouldAllBe(same => same);
    }

    [Fact]
    public void Observe_WithoutCalibration_IsTheLogarithmOfTheDeviation()
    {
        var channels = Features(DetectorAblation.Calibration).Channels;
        var step = new CanaryStreams.Core.Anomaly.Members.DifferenceMember();
        var values = Values();
        for (var i = 0; i < values.Length; i++)
        {
            var deviation = step.Observe(0, values[i]);
            var expected = Math.Sign(deviation) * Math.Log2(1 + Math.Abs(deviation));
            channels[i][(int)Channel.Step].ShouldBe((float)expected, 1e-5f);
        }
    }

    private static void Without(DetectorAblation part, Channel[] silent)
    {
        var (whole, without) = (Features(DetectorAblation.None), Features(part));

        Silent(without).ShouldBe(silent.Union([Channel.Run]), ignoreOrder: true);
        foreach (var channel in Enum.GetValues<Channel>().Except(silent))
            without.Channels.Select(one => one[(int)channel]).ShouldBe(whole.Channels.Select(one => one[(int)channel]));
    }

    private static IEnumerable<Channel> Silent((float[][] Channels, float[][] Contexts) features) =>
        Enum.GetValues<Channel>()
            .Where(channel => Array.TrueForAll(features.Channels, point => point[(int)channel] == 0));

    private static (float[][] Channels, float[][] Contexts) Features(DetectorAblation without)
    {
        var features = new PointFeatures(without);
        var values = Values();
        var (channels, contexts) = (new float[values.Length][], new float[values.Length][]);
        for (var i = 0; i < values.Length; i++)
        {
            (channels[i], contexts[i]) = (
                new float[PointFeatures.ChannelCount],
                new float[PointFeatures.ContextLength]
            );
            features.Observe(MondayMs + (i * HourMs / 4), values[i], channels[i], contexts[i]);
        }
        return (channels, contexts);
    }

    /// <summary>Ten days of quarters of an hour, so that the week comes round.</summary>
    private static double[] Values()
    {
        var random = new SeededRandom(1);
        return [.. Enumerable.Range(0, 10 * 96).Select(i => Daily(i * HourMs / 4, random))];
    }
}
