using System.CommandLine;
using CanaryStreams.Cli.Validate;
using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Engine.Tests.Configuration;

public sealed class ValidateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canarystreams-validate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { ValidateCommand.Create(name => name == "PASSWORD" ? "hunter2" : null) };
        var code = root.Parse(["validate", .. arguments])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "canarystreams.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Validate_GoodFile_ShowsWhatItComesTo()
    {
        var path = Write(
            "kafka: { bootstrap: 'b:1', librdkafka: { sasl.password: '${PASSWORD}' } }\npolicies: { default: { steps: [5, 100] }, quick: { bake: 5m } }"
        );
        var (code, output, error) = Run("--config", path);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldStartWith("The configuration is valid.");
        output.ShouldContain("kafka      b:1, group canarystreams");
        output.ShouldMatch(@"\nquick +5 100 +by risk +all +5m +1h +hold +0\.01 +adaptive +15m +rolls back\n");
        output.ShouldMatch(@"\nquick +latency_ms +mean +up +5%\n");
        output.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Validate_Mistakes_GoToStandardErrorAllAtOnce()
    {
        var path = Write("kafka: { prt: 1 }\nlearning: 3\n");
        var (code, output, error) = Run("--config", path);
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain($"{path}:1: kafka.prt: is no known key");
        error.ShouldContain($"{path}:2: learning: must hold keys");
        error.ShouldEndWith("2 mistakes\n");
    }

    [Fact]
    public void Validate_FileThatIsNotThere_IsAMistake()
    {
        var path = Path.Combine(_folder, "absent.yaml");
        var (code, _, error) = Run("--config", path);
        code.ShouldBe(2);
        error.ShouldStartWith($"{path}: can't be read: ");
    }

    [Fact]
    public void Validate_AModelsFile_IsReadAndShown()
    {
        var model = Path.Combine(_folder, "model.json");
        File.WriteAllBytes(model, DetectorModels.Default.ToJson());
        var (code, output, error) = Run("--config", Write($"detector: {{ model: '{model}' }}\n"));
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain($"\ndetector   {model}\n");
    }

    [Fact]
    public void Validate_AFileThatIsNoModel_IsAMistakeWithLineAndKey()
    {
        var model = Path.Combine(_folder, "model.json");
        File.WriteAllText(model, "{ \"version\": 1 }");
        var path = Write($"learning: {{}}\ndetector:\n  model: '{model}'\n");
        var (code, _, error) = Run("--config", path);
        code.ShouldBe(2);
        error.ShouldStartWith($"{path}:3: detector.model: \"{model}\" is no detector's model: ");
        error.ShouldContain("'card' is missing");
    }

    [Fact]
    public void Validate_AModelThatIsNotThere_IsAMistakeAndTheEnvironmentIsNotPrinted()
    {
        var path = Write("detector: { model: '/${PASSWORD}/model.json' }\n");
        var (code, _, error) = Run("--config", path);
        code.ShouldBe(2);
        error.ShouldStartWith($"{path}:1: detector.model: \"/${{PASSWORD}}/model.json\" can't be read: ");
        error.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Validate_Secrets_AreShownByWhereTheyComeFrom()
    {
        var secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "s3cret\n");
        var path = Write(
            $"kafka: {{ librdkafka: {{ sasl.password: '${{PASSWORD}}', ssl.key.password: '${{file:{secret}}}', ssl.keystore.password: written-out, sasl.username: me }} }}"
        );
        var (code, output, error) = Run("--config", path);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain(
            $"\nlibrdkafka sasl.password=${{PASSWORD}}, sasl.username=me, ssl.key.password=${{file:{secret}}}, ssl.keystore.password=***\n"
        );
        new[] { "hunter2", "s3cret", "written-out" }.ShouldAllBe(word => !output.Contains(word));
    }

    [Fact]
    public void Validate_UnknownSettingOfLibrdkafka_IsAMistakeWithLineAndKey()
    {
        var path = Write("kafka:\n  librdkafka:\n    sasl.pasword: '${PASSWORD}'\n");
        var (code, _, error) = Run("--config", path);
        code.ShouldBe(2);
        error.ShouldStartWith($"{path}:3: kafka.librdkafka.sasl.pasword: is not a setting of librdkafka ");
        error.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Validate_GoodFile_ShowsHowMuchTrafficTheFirstStepNeeds()
    {
        var (code, output, error) = Run("--config", Write("policies: { default: { steps: [5, 50, 100] } }"));

        code.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldMatch(@"\npolicy +first step +sees +by +from requests a minute\n");
        output.ShouldMatch(@"\ndefault +5 % +error_rate 0\.1 % → 1\.1 % +1h +\d+\n");
        output.ShouldMatch(@"\ndefault +5 % +conversion 2 % → 1 % +1h +\d+\n");
    }

    [Fact]
    public void Validate_TrafficTooLittle_WarnsAndSaysWhatWouldHelp()
    {
        var path = Write("policies: { default: { steps: [5, 50, 100] }, unseen: { synthetic: { rollsBack: off } } }");

        var (code, _, error) = Run("--config", path, "--traffic", "60");

        code.ShouldBe(0);
        error.ShouldMatch(
            @"^warning: policy default: a cluster at 5 %: cannot see error_rate 0\.1 % → 1\.1 % before minute 60 with 60 "
                + @"trials a minute in the cluster \(at 50 %: minute \d+\); .*; there are no synthetic runs: 20 % of 5 synthetic "
                + @"runs a minute failing would show by minute \d+\n"
                + "warning: policy unseen: .*; synthetic runs can't help, since the policy doesn't let them roll back\n$"
        );
    }

    [Fact]
    public void Validate_TrafficEnough_SaysHowSoonAndWarnsOfNothing()
    {
        var path = Write("policies: { default: { steps: [50, 100] } }");

        var (code, output, error) = Run("--config", path, "--traffic", "6000");

        code.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldContain("\npolicy default: a cluster at 50 %: sees error_rate 0.1 % → 1.1 % by minute ");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("many")]
    public void Validate_TrafficThatIsNone_IsBadUsage(string traffic) =>
        Run("--config", Write(""), "--traffic", traffic).Code.ShouldNotBe(0);

    [Fact]
    public void Validate_Help_HasAnExample() => Run("--help").Output.ShouldContain("Example: canarystreams validate");
}
