using System.CommandLine;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Simulate;

/// <summary>The options of <c>canarystreams simulate</c>.</summary>
internal sealed class SimulateOptions
{
    private const int Most = 100_000;

    public SimulateOptions()
    {
        Rollouts.Check(value => value is >= 1 and <= Most, $"--rollouts must lie between 1 and {Most}");
        Earlier.Check(value => value is >= 0 and <= Most, $"--earlier must lie between 0 and {Most}");
    }

    public Option<ulong> Seed { get; } =
        new("--seed")
        {
            Description = "Seed; the same one gives the same bytes.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };

    public Option<int> Rollouts { get; } =
        new("--rollouts")
        {
            Description = "How many; each is an application of its own.",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };

    public Option<int> Earlier { get; } =
        new("--earlier")
        {
            Description =
                "How many rollouts of other applications, of all families in turn, come before them, each with its outcome "
                + "reported: what the fleet has learnt. The truth doesn't list them.",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };

    public Option<string> Families { get; } =
        new("--families")
        {
            Description =
                "Families, taken in turn: all, healthy, faulty, hard, or names separated by commas: "
                + string.Join(", ", RolloutFamilies.All.Select(family => family.Name()))
                + "; hard are "
                + string.Join(", ", RolloutFamilies.Hard.Select(family => family.Name())),
            DefaultValueFactory = _ => "all",
            HelpName = "NAMES",
        };

    public Option<string> Noise { get; } =
        new("--noise")
        {
            Description = "Autocorrelation per minute of each arm's own noise, and a factor on its size.",
            DefaultValueFactory = _ => "0.7,1",
            HelpName = "PHI,SCALE",
        };

    public Option<bool> Fleet { get; } =
        new("--fleet")
        {
            Description =
                "A fleet instead: applications in several clusters with profiles, and updates whose hidden faults hurt some "
                + "of them. Each goes through 5, 25, 50 and 100 % whatever happens, 12 minutes a step.",
        };

    public Option<string?> Output { get; } =
        new("--output", "-o")
        {
            Description = "File for the records, compressed where it ends in .gz; standard output where left out or -.",
            HelpName = "FILE",
        };

    public Option<string?> Truth { get; } =
        new("--truth") { Description = "File for the truth, CSV.", HelpName = "FILE" };

    public Option<string?> Policy { get; } =
        new("--policy")
        {
            Description = "File for the policy that goes with the records: one step of 60 minutes.",
            HelpName = "FILE",
        };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Seed, Rollouts, Earlier, Families, Noise, Fleet, Output, Truth, Policy })
            command.Add(option);
        command.Validators.Add(result =>
        {
            var others = new Option[] { Earlier, Families, Noise };
            if (result.GetValue(Fleet) && others.Any(option => result.GetResult(option) is { Implicit: false }))
                result.AddError("--fleet draws its own rollouts: no --earlier, --families or --noise beside it");
        });
    }

    /// <exception cref="FormatException">A family or a noise that is none.</exception>
    public SimulatedFleet Draw(ParseResult parsed) =>
        SimulatedFleet.Draw(
            parsed.GetValue(Seed),
            parsed.GetValue(Earlier),
            parsed.GetValue(Rollouts),
            RolloutFamilies.Parse(parsed.GetRequiredValue(Families)),
            SimulationNoise.Parse(parsed.GetRequiredValue(Noise))
        );
}
