using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Tests.Evidence;

public class ArmHistoryTests
{
    [Theory]
    [InlineData(2, new[] { 0, 1 })]
    [InlineData(7, new[] { 4, 5, 6 })]
    public void ToArray_AfterMoreThanItHolds_GivesTheLastOldestFirst(int added, int[] expected)
    {
        var history = new ArmHistory(3);
        for (var i = 0; i < added; i++)
            history.Add(Arms.Level(i));
        history.Count.ShouldBe(expected.Length);
        history.ToArray().Select(a => (int)a.Mean).ShouldBe(expected);
    }
}
