using System.Globalization;
using System.Runtime.InteropServices;
using PrivateConnect.LoadTests;
using PrivateConnect.LoadTests.Reporting;
using PrivateConnect.LoadTests.Traffic;

if (args is ["target"])
{
    await Target.RunAsync();
    return 0;
}

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

using var stop = new CancellationTokenSource();
// Both signals end the run between two measurements, so that every process started is also ended.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var facts = await MachineFacts.CollectAsync();
using var scratch = new ScratchFolder();
await using var target = ChildProcess.Start("target", Environment.ProcessPath!, ["target"]);
var port = int.Parse(
    await target.WaitForLineAsync(line => line.Length > 0, "its port"), CultureInfo.InvariantCulture);
await using var run = new LoadRun(options, scratch, port);
await run.RunAsync(stop.Token);

var report = new Report(run.Results, options, run.PathNames, facts).Write();
Console.WriteLine();
Console.WriteLine(report);
if (options.ReportFile is not null && !stop.IsCancellationRequested)
    await File.WriteAllTextAsync(options.ReportFile, report);
return run.Results.Failures.Count > 0 || stop.IsCancellationRequested ? 1 : 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
