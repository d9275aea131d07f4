namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// A configured text that may be secret. Whatever prints it prints <see cref="Shown"/>: the text as it stands in the
/// file, with <c>${NAME}</c> or <c>${file:PATH}</c> where a part came from there and <c>***</c> for a password written out.
/// </summary>
/// <param name="Value">What it stands for; never to be printed.</param>
public sealed record Setting(string Value, string Shown)
{
    public static Setting Plain(string value) => new(value, value);

    /// <summary>The same as a secret: what is written out in the file is shown as <c>***</c>.</summary>
    public Setting Masked() => Value == Shown ? this with { Shown = "***" } : this;

    public override string ToString() => Shown;
}
