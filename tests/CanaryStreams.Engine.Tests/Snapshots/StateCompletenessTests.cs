using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Learning;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>Whoever gives a lane's class a field that can't be written is told here, and not by the first snapshot.</summary>
public class StateCompletenessTests
{
    /// <summary>Externals: not looked into.</summary>
    private static readonly HashSet<Type> s_outside = [typeof(DetectorModel), typeof(IFleet)];

    [Fact]
    public void Fields_OfAllThatALaneMayHold_CanBeWritten()
    {
        var reached = new HashSet<Type>();
        Visit(typeof(LaneState.Stages), reached);

        var complaints =
            from type in reached
            where StateType.IsOwn(type) && !type.IsEnum
            from field in StateType.Fields(type)
            let complaint = StateType.Complaint(field.FieldType)
            where complaint is not null
            select $"{StateType.Name(type)}.{field.Name}: {complaint}";

        complaints.ShouldBeEmpty();
        var names = reached.Select(type => type.Name).ToHashSet();
        // The walk goes through interfaces, collections and structs.
        foreach (
            var name in (string[])["RolloutWatch", "LevelEvidence", "DeferredEvidence", "SlidingSpectrum", "ArmSlot"]
        )
            names.ShouldContain(name);
        reached.Count(StateType.IsOwn).ShouldBeGreaterThan(90);
    }

    private static void Visit(Type type, HashSet<Type> reached)
    {
        if (s_outside.Contains(type) || !reached.Add(type))
            return;
        if (type.IsArray)
            Visit(type.GetElementType()!, reached);
        foreach (var argument in type.GetGenericArguments())
            Visit(argument, reached);
        if (!StateType.IsOwn(type))
            return;
        foreach (var field in StateType.Fields(type))
            Visit(field.FieldType, reached);
        foreach (var other in type.Assembly.GetTypes())
        {
            if (
                other is { IsClass: true, ContainsGenericParameters: false }
                && type != other
                && other.IsAssignableTo(type)
            )
                Visit(other, reached);
        }
    }
}
