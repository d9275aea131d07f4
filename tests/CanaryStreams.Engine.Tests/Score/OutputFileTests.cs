using CanaryStreams.Cli.Score;

namespace CanaryStreams.Engine.Tests.Score;

public class OutputFileTests
{
    // Whether it is one is asked and not tried: as root a mistake would put a file in the device's place.
    [Theory]
    [InlineData("/dev/null", true)]
    [InlineData("/tmp/../dev/stdout", true)]
    [InlineData("/tmp/dev/null", false)]
    [InlineData("dev/null", false)]
    public void IsDevice_Path_IsWhatLiesUnderDev(string path, bool isDevice) =>
        OutputFile.IsDevice(path).ShouldBe(isDevice && !OperatingSystem.IsWindows());
}
