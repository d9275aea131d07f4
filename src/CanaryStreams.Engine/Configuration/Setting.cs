namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// A configured text that may be secret. Whatever prints it prints <see cref="Shown"/>: the text as it stands in the
/// file, with <c>${NAME}</c> or <c>${file:PATH}</c> where a part came from there and <c>***</c> for a password written out.
/// </summary>
/// <param name="Value">What it stands for; never to be printed.</param>
public sealed record Setting(string Value, string Shown)
{
    public static Setting Plain(string value) => new(value, value);

    /// <summary>The same as a secret: it is shown as <c>***</c>, unless all of it comes from one place that can be named.</summary>
    public Setting Masked() => Placeholders.IsOne(Shown) ? this : this with { Shown = "***" };

    public override string ToString() => Shown;
}
