using BenchmarkDotNet.Running;
using CanaryStreams.Benchmarks;

// In this process: a project that BenchmarkDotNet generates would have to know this repository's build settings.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(DecodeBenchmark).Assembly).Run([.. args, "--inProcess"]).ToList();
return summaries.Count > 0 && summaries.TrueForAll(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
