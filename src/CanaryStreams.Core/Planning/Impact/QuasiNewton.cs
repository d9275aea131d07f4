namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Broyden, Fletcher, Goldfarb and Shanno's method with a backtracking line search. Plain loops.</summary>
internal static class QuasiNewton
{
    private const int IterationsMax = 300;
    private const int HalvingsMax = 30;
    private const double SufficientRise = 1e-4;
    private const double Enough = 1e-10;

    /// <param name="variances">A first guess of the inverse of the negative curvature, by parameter.</param>
    /// <param name="evaluate">Gives the value, and fills the gradient in.</param>
    public static double[] Maximise(double[] start, double[] variances, Func<double[], double[], double> evaluate)
    {
        var count = start.Length;
        var inverse = variances.Select((variance, i) => Unit(count, i, variance)).ToArray();
        var (point, gradient) = (start, new double[count]);
        var value = evaluate(point, gradient);
        for (var iteration = 0; iteration < IterationsMax; iteration++)
        {
            var step = Times(inverse, gradient);
            var rise = Dot(step, gradient);
            if (!(rise > Enough))
                break;
            var nextGradient = new double[count];
            var next = point;
            var reached = double.NegativeInfinity;
            for (var halving = 0; halving < HalvingsMax; halving++)
            {
                next = [.. point.Select((x, i) => x + step[i])];
                reached = evaluate(next, nextGradient);
                if (reached >= value + SufficientRise * rise)
                    break;
                step = [.. step.Select(x => x / 2)];
                rise /= 2;
            }
            if (!(reached > value))
                break;
            Update(inverse, step, [.. gradient.Select((g, i) => g - nextGradient[i])]);
            (point, gradient, value) = (next, nextGradient, reached);
        }
        return point;
    }

    internal static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static void Update(double[][] inverse, double[] step, double[] fall)
    {
        var curvature = Dot(step, fall);
        if (curvature < 1e-12)
            return;
        var product = Times(inverse, fall);
        var factor = (1 + Dot(fall, product) / curvature) / curvature;
        for (var i = 0; i < step.Length; i++)
        for (var j = 0; j < step.Length; j++)
            inverse[i][j] += factor * step[i] * step[j] - (product[i] * step[j] + step[i] * product[j]) / curvature;
    }

    private static double[] Times(double[][] matrix, double[] x) => [.. matrix.Select(row => Dot(row, x))];

    private static double[] Unit(int count, int at, double value)
    {
        var row = new double[count];
        row[at] = value;
        return row;
    }
}
