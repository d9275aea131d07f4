using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads <c>detector</c>, and the model's file that it names: a wrong one must show before anything runs.</summary>
internal static class DetectorReader
{
    private const string Key = "model";

    /// <param name="readFile">Gives a file's bytes.</param>
    public static DetectorOptions Read(SectionReader section, Func<string, byte[]> readFile)
    {
        var file = section.Setting(Key);
        section.Done();
        if (file is null)
            return new DetectorOptions();
        try
        {
            return new DetectorOptions(file, DetectorModels.Read(readFile(file.Value)));
        }
        catch (FormatException exception)
        {
            section.Error(Key, $"\"{file}\" is no detector's model: {exception.Message}");
        }
        catch (Exception exception) when (NamedFile.WhyUnreadable(exception) is { } why)
        {
            section.Error(Key, $"\"{file}\" can't be read: {why}");
        }
        return new DetectorOptions();
    }
}
