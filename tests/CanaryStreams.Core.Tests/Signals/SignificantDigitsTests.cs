using CanaryStreams.Core.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Signals;

public class SignificantDigitsTests
{
    [Theory]
    [InlineData(0.1 + 0.2, 0.3)]
    [InlineData(123456.789, 123457)]
    [InlineData(1234567.89, 1234570)]
    [InlineData(-0.000123456789, -0.000123457)]
    [InlineData(999999.6, 1000000)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(1e300, 1e300)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.Epsilon, double.Epsilon)]
    public void Round_KeepsSixDigits(double value, double expected) =>
        SignificantDigits.Round(value).ShouldBe(expected);

    [Fact]
    public void Round_AnyNumber_IsNearAndShortAndStays() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Numbers(),
                value =>
                {
                    var rounded = SignificantDigits.Round(value);
                    return Math.Abs(rounded - value) <= 5.000001e-6 * Math.Abs(value)
                        && double.Parse(rounded.ToString("G6")) == rounded
                        && SignificantDigits.Round(rounded) == rounded
                        && SignificantDigits.Round(-value) == -rounded;
                }
            )
        );

    [Fact]
    public void Round_NoiseOfTheLastBits_Disappears() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(100_000, 999_999).ToArbitrary(),
                Gen.Choose(-12, 12).ToArbitrary(),
                (digits, exponent) =>
                {
                    var value = digits * Math.Pow(10, exponent);
                    return SignificantDigits.Round(Math.BitIncrement(value))
                        == SignificantDigits.Round(Math.BitDecrement(value));
                }
            )
        );

    private static Arbitrary<double> Numbers() =>
        Gen.Choose(1, int.MaxValue)
            .SelectMany(mantissa => Gen.Choose(-16, 16).Select(exponent => mantissa * Math.Pow(10, exponent - 9)))
            .ToArbitrary();
}
