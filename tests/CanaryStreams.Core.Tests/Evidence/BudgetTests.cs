using CanaryStreams.Core.Evidence;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Evidence;

public class BudgetTests
{
    [Fact]
    public void Shares_OfEveryProcess_AddUpToAtMostTheBudget()
    {
        var cases =
            from alpha in Gen.Choose(1, 400).Select(n => n / 1000.0)
            from metrics in Gen.Choose(0, 12)
            from clusters in Gen.Choose(0, 30)
            from variants in Gen.Choose(0, 4)
            from transactions in Gen.Choose(0, 200)
            from synthetic in Gen.Elements(true, false)
            select (alpha, metrics, clusters, variants, transactions, synthetic);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var budget = new Budget(c.alpha, c.metrics, c.clusters, c.variants, c.synthetic);
                    var spent = budget.MetricShare * c.metrics * c.clusters * c.variants;
                    for (var k = 1; k <= c.transactions; k++)
                        spent += budget.SyntheticShare(k);
                    return spent <= c.alpha * (1 + 1e-12);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void MetricShare_WithoutSynthetic_IsAnEqualPartOfAll() =>
        new Budget(0.01, 4, 5, 2, syntheticRollsBack: false).MetricShare.ShouldBe(0.01 / 40, 1e-15);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    public void Constructor_WithoutABudgetBetweenZeroAndOne_Throws(double alpha) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Budget(alpha, 1, 1, 1, true));

    [Fact]
    public void SyntheticShare_OfOrdinalZero_Throws() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Budget(0.01, 1, 1, 1, true).SyntheticShare(0));
}
