namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// Tests that run the program over minutes of real time have the machine to themselves, one after the other: what they
/// wait for is what the program does, not what else is running.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Engines
{
    public const string Name = "engines";
}
