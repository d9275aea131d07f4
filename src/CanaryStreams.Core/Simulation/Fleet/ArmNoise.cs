namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// The restlessness of one cluster: AR(1) noise of the logarithm of each metric, shared by its arms and of each arm, and
/// the blips of each arm. It takes the same course however the traffic is shared.
/// </summary>
internal sealed class ArmNoise(ulong seed, double blipsPerHour)
{
    private const double CommonAutocorrelation = 0.9;
    private const double ArmAutocorrelation = 0.7;
    private const int BlipMinutes = 2;
    private static readonly double[] s_common = [0.15, 0.06];
    private static readonly double[] s_arm = [0.1, 0.02];

    private readonly SeededRandom _random = new(seed);
    private readonly double[] _states = new double[s_common.Length + 2 * s_arm.Length];
    private readonly int[] _blips = new int[2];
    private bool _hasBegun;

    /// <summary>Goes on by a minute.</summary>
    public void Move()
    {
        for (var i = 0; i < _states.Length; i++)
        {
            var autocorrelation =
                !_hasBegun ? 0
                : i < s_common.Length ? CommonAutocorrelation
                : ArmAutocorrelation;
            var shock = Math.Sqrt(1 - autocorrelation * autocorrelation) * _random.Normal();
            _states[i] = autocorrelation * _states[i] + shock;
        }
        for (var arm = 0; arm < _blips.Length; arm++)
        {
            var begins = _random.Chance(blipsPerHour / 60);
            _blips[arm] = begins ? BlipMinutes : Math.Max(0, _blips[arm] - 1);
        }
        _hasBegun = true;
    }

    /// <summary>The factor on a metric's level in an arm (0 stable, 1 canary) in this minute.</summary>
    public double Factor(int metric, int arm) =>
        Math.Exp(
            s_common[metric] * _states[metric] + s_arm[metric] * _states[s_common.Length + arm * s_arm.Length + metric]
        );

    public bool IsBlip(int arm) => _blips[arm] > 0;
}
