using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

public class TimeTicksTests
{
    [Theory]
    [InlineData(
        "2020-09-13T12:26:40Z",
        "2020-09-13T12:26:42Z",
        4,
        "12:26:40.000|12:26:40.500|12:26:41.000|12:26:41.500|12:26:42.000"
    )]
    [InlineData(
        "2020-09-13T12:26:40Z",
        "2020-09-13T12:27:10Z",
        6,
        "12:26:40|12:26:45|12:26:50|12:26:55|12:27:00|12:27:05|12:27:10"
    )]
    [InlineData("2020-09-13T12:26:40Z", "2020-09-13T13:20:00Z", 4, "12:30|12:45|13:00|13:15")]
    [InlineData("2020-09-13T12:26:40Z", "2020-09-15T02:00:00Z", 4, "00:00|12:00|00:00")]
    [InlineData("2020-09-13T12:26:40Z", "2020-09-16T02:00:00Z", 4, "14 Sep|15 Sep|16 Sep")]
    [InlineData("2020-09-13T12:26:40Z", "2020-10-07T02:00:00Z", 4, "14 Sep|21 Sep|28 Sep|5 Oct")]
    [InlineData("2020-09-13T12:26:40Z", "2021-02-07T02:00:00Z", 6, "Oct|Nov|Dec|Jan|Feb")]
    [InlineData("2001-09-13T12:26:40Z", "2021-02-07T02:00:00Z", 4, "2005|2010|2015|2020")]
    public void Between_Span_HasRoundTimes(string from, string to, int countMax, string labels) =>
        string.Join('|', TimeTicks.Between(Ms(from), Ms(to), countMax).Select(tick => tick.Label)).ShouldBe(labels);

    [Fact]
    public void Between_Hours_NameTheDateFirstAndWhereItChanges() =>
        TimeTicks
            .Between(Ms("2020-12-31T11:00:00Z"), Ms("2021-01-01T13:00:00Z"), 5)
            .Select(tick => tick.Context)
            .ShouldBe(["31 Dec 2020", null, "1 Jan 2021", null, null]);

    [Fact]
    public void Between_Months_NameTheYearWhereItChanges() =>
        TimeTicks
            .Between(Ms("2020-10-20T00:00:00Z"), Ms("2021-02-20T00:00:00Z"), 5)
            .Select(tick => tick.Context)
            .ShouldBe(["2020", null, "2021", null]);

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")]
    [InlineData("1960-01-01T00:00:00Z", "1970-01-01T00:00:01Z")]
    [InlineData("2020-01-01T00:00:00.000Z", "2020-01-01T00:00:00.001Z")]
    public void Between_AnySpan_StaysWithinItAndTheCount(string from, string to)
    {
        foreach (var countMax in Enumerable.Range(2, 15))
        {
            var times = TimeTicks.Between(Ms(from), Ms(to), countMax).Select(tick => tick.TimeMs).ToList();
            times.Count.ShouldBeInRange(1, countMax + 1);
            times.ShouldAllBe(time => time >= Ms(from) && time <= Ms(to));
        }
    }

    private static long Ms(string time) => DateTimeOffset.Parse(time).ToUnixTimeMilliseconds();
}
