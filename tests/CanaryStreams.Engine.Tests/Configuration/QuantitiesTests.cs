using CanaryStreams.Core.Policies;
using CanaryStreams.Engine.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Engine.Tests.Configuration;

public class QuantitiesTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("90s", 90_000)]
    [InlineData("30m", 1_800_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("0s", 0)]
    public void TryDuration_NumberWithUnit_IsRead(string text, double ms)
    {
        Quantities.TryDuration(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(ms);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1w")]
    [InlineData("NaNs")]
    [InlineData("1e300d")]
    [InlineData("1h30m")]
    public void TryDuration_AnythingElse_IsRefused(string text) => Quantities.TryDuration(text, out _).ShouldBeFalse();

    [Fact]
    public void Show_AnyDuration_ComesBack() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                ms =>
                    Quantities.TryDuration(Quantities.Show(TimeSpan.FromMilliseconds(ms)), out var back)
                    && back == TimeSpan.FromMilliseconds(ms)
            )
        );

    [Theory]
    [InlineData("5%", 0.05, true)]
    [InlineData("0.002", 0.002, false)]
    public void TryEffect_PerCentSign_MakesItRelative(string text, double size, bool relative)
    {
        Quantities.TryEffect(text, out var effect).ShouldBeTrue();
        effect.ShouldBe(new MinEffect(size, relative));
        Quantities.Show(effect).ShouldBe(text);
    }

    [Theory]
    [InlineData("gruop", "group", 2)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_TwoWords_IsLevenshteins(string from, string to, int distance) =>
        Spelling.Distance(from, to).ShouldBe(distance);
}
