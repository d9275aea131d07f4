namespace CanaryStreams.Core.Planning.Champions;

/// <summary>From when on which model plans.</summary>
/// <param name="Version">Null: none, the rule of thumb plans.</param>
/// <param name="FromMs">Rollouts that are requested from then on, Unix milliseconds of event time.</param>
/// <param name="By">The person, or what did it.</param>
/// <param name="Reason">A sentence.</param>
/// <param name="IsWithdrawal">The one before was taken back: it isn't promoted by itself again.</param>
public sealed record ChampionTerm(string? Version, long FromMs, string By, string Reason, bool IsWithdrawal = false);
