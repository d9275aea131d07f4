using System.Collections;
using System.Reflection;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>State holds something that can't be written: a lambda, a thread, a class of somebody else's.</summary>
/// <param name="path">Where it is held, from the root on.</param>
/// <param name="reason">What can't be written, and why.</param>
/// <param name="culprit">What the path leads to.</param>
public sealed class StateNotSupportedException(string path, string reason, object? culprit = null)
    : NotSupportedException($"{(path.Length == 0 ? "the state" : path)}: {reason}")
{
    public string Path { get; } = path;

    /// <summary>The same, seen from the object that holds the culprit, or that is one by its class.</summary>
    internal StateNotSupportedException Within(object holder)
    {
        if (culprit is null)
            return new StateNotSupportedException(Path, reason, holder);
        var step = holder is IEnumerable ? $"{StateType.Name(holder.GetType())}[…]" : StepOf(holder);
        return new StateNotSupportedException(Path.Length == 0 ? step : $"{step} → {Path}", reason, holder);
    }

    private string StepOf(object holder)
    {
        var type = holder.GetType();
        var field = Array.Find(StateType.Fields(type), field => ReferenceEquals(field.GetValue(holder), culprit));
        return field is null ? StateType.Name(type) : NameOf(field);
    }

    internal static string NameOf(FieldInfo field) => $"{StateType.Name(field.DeclaringType!)}.{field.Name}";
}
