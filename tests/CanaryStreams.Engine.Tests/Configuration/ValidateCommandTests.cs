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
        output.ShouldMatch(@"\nquick +5 100 +5m +1h +hold +0\.01 +adaptive +15m +rolls back\n");
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
    public void Validate_Help_HasAnExample() => Run("--help").Output.ShouldContain("Example: canarystreams validate");
}
