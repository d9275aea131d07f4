using System.Diagnostics;
using System.Text;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Engine.Tests.Configuration;

/// <summary>Values that come from files, as Docker and Kubernetes hand out secrets.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canarystreams-secrets-").FullName;

    private string Secret => Path.Combine(_folder, "kafka-password");

    private string Configuration => Path.Combine(_folder, "canarystreams.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConfigurationResult Load(string text)
    {
        File.WriteAllText(Configuration, text);
        return ConfigurationFile.Load(Configuration, _ => null);
    }

    private string Password(byte[] content)
    {
        File.WriteAllBytes(Secret, content);
        var result = Load($"kafka: {{ librdkafka: {{ sasl.password: '${{file:{Secret}}}' }} }}");
        result.Errors.ShouldBeEmpty();
        return result.Options!.Kafka.Librdkafka.ShouldHaveSingleItem().Value.Value;
    }

    private string Error(string path)
    {
        var result = Load($"journal: 'sqlite:j'\nkafka:\n  librdkafka:\n    sasl.password: '${{file:{path}}}'\n");
        return result.Errors.ShouldHaveSingleItem().ToString();
    }

    [Theory]
    [InlineData("hunter2", "hunter2")]
    [InlineData("hunter2\n", "hunter2")]
    [InlineData("hunter2\r\n", "hunter2")]
    [InlineData("hunter2\n\n", "hunter2\n")]
    [InlineData(" ü$x ", " ü$x ")]
    [InlineData("${HOME}", "${HOME}")]
    public void Load_AFile_GivesItsContentWithoutOneEndOfLine(string content, string value) =>
        Password(Encoding.UTF8.GetBytes(content)).ShouldBe(value);

    [Fact]
    public void Load_AFile_IsShownByItsPath()
    {
        File.WriteAllText(Secret, "hunter2\n");
        var text = $"kafka: {{ bootstrap: 'broker-${{file:{Secret}}}:9092' }}";

        var bootstrap = Load(text).Options!.Kafka.Bootstrap!;

        bootstrap.Value.ShouldBe("broker-hunter2:9092");
        $"{bootstrap}".ShouldBe($"broker-${{file:{Secret}}}:9092");
    }

    [Fact]
    public void Load_APasswordWrittenOutInPart_IsNotShownAtAll()
    {
        File.WriteAllText(Secret, "hunter2");
        var text = $"kafka: {{ librdkafka: {{ sasl.password: 'begin-${{file:{Secret}}}-${{file:{Secret}}}' }} }}";

        var password = Load(text).Options!.Kafka.Librdkafka[0].Value;

        password.Value.ShouldBe("begin-hunter2-hunter2");
        $"{password}".ShouldBe("***");
    }

    [Fact]
    public void Load_AFileThatIsNotThere_IsNamedWithLineAndKey() =>
        Error("/nowhere/at/all")
            .ShouldBe(
                $"{Configuration}:4: kafka.librdkafka.sasl.password: needs the file \"/nowhere/at/all\", which can't be read: there is no such file"
            );

    [Fact]
    public void Load_AFolder_IsNoSecret() =>
        Error(_folder).ShouldEndWith("which can't be read: it is a folder, or access is denied");

    [Fact]
    public void Load_NoPath_IsAMistake() => Error("").ShouldEndWith("which can't be read: that is no path");

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(65_537, "has 65537 bytes; at most 65536 are allowed")]
    public void Load_AFileOfNoUse_SaysWhy(int bytes, string why)
    {
        File.WriteAllText(Secret, new string('x', bytes));
        Error(Secret).ShouldEndWith($"needs the file \"{Secret}\", which {why}");
    }

    [Fact]
    public void Load_TheLargestSecret_IsTaken() =>
        Password(Encoding.ASCII.GetBytes(new string('x', 65_536))).Length.ShouldBe(65_536);

    [Theory]
    [InlineData(new byte[] { 10 }, "holds no text")]
    [InlineData(new byte[] { 120, 0, 120 }, "holds no text")]
    [InlineData(new byte[] { 120, 255 }, "is no UTF-8 text")]
    public void Load_AFileThatIsNoText_SaysWhy(byte[] bytes, string why)
    {
        File.WriteAllBytes(Secret, bytes);
        Error(Secret).ShouldEndWith(why);
    }

    [Fact]
    public async Task Load_AFileWithoutEnd_IsGivenUpSoon()
    {
        var endless = Path.Combine(_folder, "endless");
        using (var made = Process.Start("mkfifo", [endless]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var written = Task.Run(() => WriteUntilNobodyReads(endless), TestContext.Current.CancellationToken);

        Error(endless).ShouldEndWith("which can't be read: it has more than 67108864 bytes");
        await written;
    }

    private static void WriteUntilNobodyReads(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var block = new byte[65_536];
        Should.Throw<IOException>(() =>
        {
            while (true)
                stream.Write(block);
        });
    }

    [Fact]
    public void Load_AValueOfAFileThatIsRefused_IsNotPrinted()
    {
        File.WriteAllText(Secret, "hunter2");
        var result = Load(
            $"kafka: {{ partitions: '${{file:{Secret}}}', librdkafka: {{ linger.ms: '${{file:{Secret}}}' }} }}"
        );
        result.Errors.Count.ShouldBe(2);
        result.Errors.ShouldAllBe(error => !error.Message.Contains("hunter2"));
        result.Errors[1].Message.ShouldEndWith("refuses the value");
    }
}
