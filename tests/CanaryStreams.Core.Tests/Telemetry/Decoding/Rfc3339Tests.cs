using System.Globalization;
using System.Text;
using CanaryStreams.Core.Telemetry.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

public class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-22T10:00:00Z", 1795341600000)]
    [InlineData("2026-11-22t10:00:00z", 1795341600000)]
    [InlineData("2026-11-22 10:00:00Z", 1795341600000)]
    [InlineData("2026-11-22T10:00:00.25Z", 1795341600250)]
    [InlineData("2026-11-22T10:00:00.123999999Z", 1795341600123)]
    [InlineData("2026-11-22T15:30:00.001+05:30", 1795341600001)]
    [InlineData("2026-11-22T02:00:00-08:00", 1795341600000)]
    [InlineData("2024-02-29T00:00:00Z", 1709164800000)]
    [InlineData("2016-12-31T23:59:60Z", 1483228800000)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    public void TryParse_ValidTime_GivesUnixMilliseconds(string text, long expected)
    {
        Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var ms).ShouldBeTrue();
        ms.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22T10:00:00")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T10:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("2026-00-01T10:00:00Z")]
    [InlineData("0000-01-01T10:00:00Z")]
    [InlineData("2026-11-00T10:00:00Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:60:00Z")]
    [InlineData("2026-11-22T10:00:61Z")]
    [InlineData("2026-11-22T10:00:00.Z")]
    [InlineData("2026-11-22T10:00:00.5")]
    [InlineData("2026-11-22T10:00:00+0530")]
    [InlineData("2026-11-22T10:00:00+24:00")]
    [InlineData("2026-11-22T10:00:00+05:60")]
    [InlineData("2026-11-22T10:00:00+05.30")]
    [InlineData("2026-11-22T10:00:00ZZ")]
    [InlineData("2026/11/22T10:00:00Z")]
    [InlineData("2026-11/22T10:00:00Z")]
    [InlineData("2026-11-22X10:00:00Z")]
    [InlineData("2026-11-22T10-00:00Z")]
    [InlineData("2026-11-22T10:00-00Z")]
    [InlineData("2O26-11-22T10:00:00Z")]
    public void TryParse_AnythingElse_IsRefused(string text) =>
        Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void Format_AnyTimeOfTheCalendar_ComesBack() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<DateTimeOffset>(),
                time =>
                {
                    var ms = time.ToUnixTimeMilliseconds();
                    return Rfc3339.TryParse(Encoding.UTF8.GetBytes(Rfc3339.Format(ms)), out var back) && back == ms;
                }
            )
        );

    [Fact]
    public void TryParse_DotNetRoundTripForm_AgreesWithDotNet() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<DateTimeOffset>(),
                time =>
                    Rfc3339.TryParse(
                        Encoding.UTF8.GetBytes(time.ToString("O", CultureInfo.InvariantCulture)),
                        out var ms
                    )
                    && ms == time.ToUnixTimeMilliseconds()
            )
        );

    [Fact]
    public void Format_BeyondTheCalendar_IsTheNumber() => Rfc3339.Format(long.MaxValue).ShouldBe("9223372036854775807");
}
