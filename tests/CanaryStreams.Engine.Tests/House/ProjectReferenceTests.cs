using System.Xml.Linq;

namespace CanaryStreams.Engine.Tests.House;

/// <summary>Who may know whom: Core ← Kafka ← Engine ← Cli, and the others beside the engine.</summary>
public class ProjectReferenceTests
{
    /// <summary>Packages that compute and do nothing else.</summary>
    private static readonly string[] PurePackages = ["Google.Protobuf", "System.Numerics.Tensors"];

    /// <summary>They speak to one another through Kafka and HTTP only.</summary>
    private static readonly string[] Neighbours =
    [
        "CanaryStreams.Engine",
        "CanaryStreams.Agent",
        "CanaryStreams.Dashboard",
    ];

    private static readonly Dictionary<string, (string File, string[] Projects, string[] Packages)> Projects =
        Repository
            .WithExtension(".csproj")
            .ToDictionary(
                file => Path.GetFileNameWithoutExtension(file),
                file =>
                {
                    var project = XDocument.Load(Repository.FullPath(file));
                    return (file, Includes(project, "ProjectReference"), Includes(project, "PackageReference"));
                }
            );

    private static string[] Includes(XDocument project, string element) =>
        [
            .. project
                .Descendants(element)
                .Select(reference => reference.Attribute("Include")!.Value)
                .Select(include =>
                    element == "ProjectReference"
                        ? Path.GetFileNameWithoutExtension(include.Replace('\\', '/'))
                        : include
                ),
        ];

    [Fact]
    public void Core_ReferencesNoProjectAndNoPackageWithInputOrOutput()
    {
        Projects["CanaryStreams.Core"].Projects.ShouldBeEmpty();
        Projects["CanaryStreams.Core"].Packages.ShouldBeSubsetOf(PurePackages);
    }

    [Fact]
    public void Kafka_ReferencesCoreOnly() => Projects["CanaryStreams.Kafka"].Projects.ShouldBe(["CanaryStreams.Core"]);

    [Fact]
    public void Cli_IsReferencedByTestsOnly() =>
        Projects
            .Values.Where(project => project.Projects.Contains("CanaryStreams.Cli"))
            .Select(project => project.File)
            .ShouldAllBe(file => file.StartsWith("tests"));

    [Fact]
    public void EngineAgentAndDashboard_DoNotReferenceOneAnother() =>
        Projects
            .Where(project => Neighbours.Contains(project.Key))
            .SelectMany(project => project.Value.Projects)
            .Intersect(Neighbours)
            .ShouldBeEmpty();

    [Fact]
    public void Packages_TakeTheirVersionFromOnePlace() =>
        Projects
            .Values.Where(project =>
                XDocument
                    .Load(Repository.FullPath(project.File))
                    .Descendants("PackageReference")
                    .Any(reference => reference.Attribute("Version") is not null)
            )
            .ShouldBeEmpty();

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        var solution = File.ReadAllText(Repository.FullPath("CanaryStreams.sln")).Replace('\\', '/');
        Projects
            .Values.Select(project => project.File)
            .Where(file => Path.GetDirectoryName(file) is { Length: > 0 })
            .Where(file => !solution.Contains(file.Replace('\\', '/')))
            .ShouldBeEmpty();
    }
}
