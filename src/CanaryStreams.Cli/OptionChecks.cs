using System.CommandLine;

namespace CanaryStreams.Cli;

internal static class OptionChecks
{
    /// <summary>Adds the message as a usage error where the value isn't allowed; one that can't be read is its own error.</summary>
    public static void Check<T>(this Option<T> option, Func<T, bool> isAllowed, string message) =>
        option.Validators.Add(result =>
        {
            T? value;
            try
            {
                value = result.GetValueOrDefault<T>();
            }
            catch (InvalidOperationException)
            {
                return;
            }
            if (value is not null && !isAllowed(value))
                result.AddError(message);
        });
}
