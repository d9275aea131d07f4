namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Reads the profiles of changes and clusters, wherever a record holds one.</summary>
internal static class ProfileFields
{
    public static ClusterProfile? Cluster(Fields fields) =>
        fields.Text("name") is { } name
            ? new ClusterProfile
            {
                Name = name,
                Hardware = fields.OptionalText("hardware"),
                Region = fields.OptionalText("region"),
                Network = fields.OptionalText("network"),
                LoadPct = fields.OptionalNumber("loadPct", 0, 100),
                Instances = (int?)fields.OptionalNumber("instances", 0, int.MaxValue),
                Kernel = fields.OptionalText("kernel"),
                MemoryGb = fields.OptionalSize("memoryGb"),
                RequestsPerMinute = fields.OptionalSize("requestsPerMinute"),
            }
            : null;

    public static ChangeProfile Change(Fields? fields) =>
        fields is null
            ? new ChangeProfile()
            : new ChangeProfile
            {
                Files = fields.OptionalCount("files"),
                Lines = fields.OptionalCount("lines"),
                Dependencies = fields.OptionalCount("dependencies"),
                Schema = fields.OptionalFlag("schema"),
                ConfigOnly = fields.OptionalFlag("configOnly"),
            };
}
