using System.Text;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A state that was written and read back is the state, wherever a rollout was cut.</summary>
public class StateCodecTests
{
    private const int Sequences = 300;

    [Fact]
    public void State_ReadBackAnywhere_GoesOnToTheSameState() =>
        ForEach(walk =>
        {
            var end = Text(Read(walk));
            var state = RolloutState.Initial;
            foreach (var (step, i) in walk.Steps.Select((step, i) => (step, i)))
            {
                var rest = walk.Steps.Skip(i).SelectMany(later => AsRead(later.Events));
                var restored = StateCodec.Decode(StateCodec.Encode(state))!;
                if (Text(Evolution.Fold(restored, rest)) != end)
                    return false;
                state = Evolution.Fold(state, AsRead(step.Events));
            }
            return true;
        });

    [Fact]
    public void State_ReadBackAnywhere_DecidesTheSame() =>
        ForEach(walk =>
            walk.Steps.All(step =>
            {
                var restored = StateCodec.Decode(StateCodec.Encode(step.Before))!;
                var again = Walk.Decide(step.Command, restored).Events;
                return again.Select(EventCodec.Encode).SequenceEqual(step.Events.Select(EventCodec.Encode), Bytes.Same)
                    && Deadlines.Next(restored, null) == Deadlines.Next(step.Before, null);
            })
        );

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"Phase\":17.5}")]
    [InlineData("{\"Phase\":\"Running\"")]
    public void Decode_OfWhatIsNoState_IsNull(string text) =>
        StateCodec.Decode(Encoding.UTF8.GetBytes(text)).ShouldBeNull();

    private static RolloutState Read(Walk walk) => Evolution.Fold(RolloutState.Initial, AsRead(walk.Events));

    private static IEnumerable<RolloutEvent> AsRead(IEnumerable<RolloutEvent> events) =>
        events.Select(e => EventCodec.Decode(EventCodec.NameOf(e), EventCodec.Encode(e)));

    private static string Text(RolloutState state) => Encoding.UTF8.GetString(StateCodec.Encode(state));

    private static void ForEach(Func<Walk, bool> holds) =>
        Prop.ForAll(
                Arb.From(Gen.Choose(0, 1 << 20).ArrayOf(), ArbMap.Default.ArbFor<int[]>().Shrinker),
                numbers =>
                {
                    var walk = new Walk();
                    foreach (var number in numbers)
                        walk.Take(number);
                    return holds(walk);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithEndSize(120).WithReplay(20261122, 7));
}
