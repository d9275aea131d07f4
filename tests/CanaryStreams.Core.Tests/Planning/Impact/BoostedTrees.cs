namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>
/// The model's rival: gradient boosting of regression trees on the logistic loss (Friedman 2001), with Newton leaves. The number of trees
/// is chosen by cross-validation over rollouts.
/// </summary>
internal sealed class BoostedTrees
{
    private const int Depth = 3;
    private const double Shrinkage = 0.08;
    private const double LeafRidge = 2;
    private const int LeafRowsMin = 8;
    private const int TreesMax = 200;
    private const int Folds = 5;

    private readonly double _start;
    private readonly List<Node> _trees = [];

    private BoostedTrees(double start) => _start = start;

    public int Count => _trees.Count;

    /// <param name="groups">Rollout of each row: rows of one stay in one fold.</param>
    public static BoostedTrees Train(double[][] rows, bool[] labels, int[] groups)
    {
        var loss = new double[TreesMax + 1];
        for (var fold = 0; fold < Folds; fold++)
        {
            var inside = Enumerable.Range(0, rows.Length).Where(i => groups[i] % Folds != fold).ToArray();
            var outside = Enumerable.Range(0, rows.Length).Where(i => groups[i] % Folds == fold).ToArray();
            var model = Grow(Choose(rows, inside), Choose(labels, inside), TreesMax);
            foreach (var i in outside)
                model.AddLosses(rows[i], labels[i], loss);
        }
        return Grow(rows, labels, Array.IndexOf(loss, loss.Min()));
    }

    public double PFailure(double[] row) => Sigmoid(_start + _trees.Sum(tree => tree.Value(row)));

    private static BoostedTrees Grow(double[][] rows, bool[] labels, int trees)
    {
        var rate = (labels.Count(label => label) + 0.5) / (labels.Length + 1);
        var model = new BoostedTrees(Math.Log(rate / (1 - rate)));
        var margins = new double[rows.Length];
        Array.Fill(margins, model._start);
        var order = Enumerable
            .Range(0, rows[0].Length)
            .Select(feature => Enumerable.Range(0, rows.Length).OrderBy(i => rows[i][feature]).ToArray())
            .ToArray();
        for (var t = 0; t < trees; t++)
        {
            var gradients = margins.Select((margin, i) => (labels[i] ? 1 : 0) - Sigmoid(margin)).ToArray();
            var curvatures = margins.Select(margin => Sigmoid(margin) * (1 - Sigmoid(margin))).ToArray();
            var inside = new bool[rows.Length];
            Array.Fill(inside, true);
            var tree = Split(rows, order, gradients, curvatures, inside, Depth);
            model._trees.Add(tree);
            for (var i = 0; i < rows.Length; i++)
                margins[i] += tree.Value(rows[i]);
        }
        return model;
    }

    private static Node Split(double[][] rows, int[][] order, double[] g, double[] h, bool[] inside, int depth)
    {
        var (sumG, sumH, count) = (0.0, 0.0, 0);
        for (var i = 0; i < rows.Length; i++)
        {
            if (!inside[i])
                continue;
            (sumG, sumH, count) = (sumG + g[i], sumH + h[i], count + 1);
        }
        var leaf = new Node(-1, 0, Shrinkage * sumG / (sumH + LeafRidge), null, null);
        if (depth == 0 || count < 2 * LeafRowsMin)
            return leaf;
        var best = (Gain: 1e-6, Feature: -1, At: 0.0);
        for (var feature = 0; feature < order.Length; feature++)
        {
            var (leftG, leftH, left) = (0.0, 0.0, 0);
            var previous = double.NaN;
            foreach (var i in order[feature])
            {
                if (!inside[i])
                    continue;
                var value = rows[i][feature];
                if (left >= LeafRowsMin && count - left >= LeafRowsMin && value > previous)
                {
                    var gain = Score(leftG, leftH) + Score(sumG - leftG, sumH - leftH) - Score(sumG, sumH);
                    if (gain > best.Gain)
                        best = (gain, feature, (value + previous) / 2);
                }
                (leftG, leftH, left, previous) = (leftG + g[i], leftH + h[i], left + 1, value);
            }
        }
        if (best.Feature < 0)
            return leaf;
        var below = inside.Select((isIn, i) => isIn && rows[i][best.Feature] < best.At).ToArray();
        var above = inside.Select((isIn, i) => isIn && rows[i][best.Feature] >= best.At).ToArray();
        return new Node(
            best.Feature,
            best.At,
            0,
            Split(rows, order, g, h, below, depth - 1),
            Split(rows, order, g, h, above, depth - 1)
        );
    }

    private void AddLosses(double[] row, bool label, double[] losses)
    {
        var margin = _start;
        for (var t = 0; t <= _trees.Count; t++)
        {
            losses[t] -= Math.Log(Sigmoid(label ? margin : -margin));
            if (t < _trees.Count)
                margin += _trees[t].Value(row);
        }
    }

    private static double Score(double g, double h) => g * g / (h + LeafRidge);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static T[] Choose<T>(T[] all, int[] indices) => [.. indices.Select(i => all[i])];

    private sealed record Node(int Feature, double At, double Leaf, Node? Below, Node? Above)
    {
        public double Value(double[] row) => Feature < 0 ? Leaf : (row[Feature] < At ? Below : Above)!.Value(row);
    }
}
