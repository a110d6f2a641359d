using BenchmarkDotNet.Running;
using PrivateConnect.Bench;
using PrivateConnect.Bench.Check;

// "check BUDGETS" counts bytes and judges; anything else goes to BenchmarkDotNet.
return args is ["check", var budgets]
    ? BudgetCheck.Run(budgets, Console.Out)
    : BenchmarkSwitcher.FromTypes([typeof(WorkloadBenchmarks)]).Run(args).Any(s => s.HasCriticalValidationErrors) ? 1 : 0;
