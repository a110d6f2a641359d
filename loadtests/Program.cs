using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using PrivateConnect.LoadTests;
using PrivateConnect.LoadTests.Api;
using PrivateConnect.LoadTests.Control;
using PrivateConnect.LoadTests.Dashboard;
using PrivateConnect.LoadTests.Peers;
using PrivateConnect.LoadTests.Reporting;
using PrivateConnect.LoadTests.Traffic;
using PrivateConnect.LoadTests.Wan;

// Exit codes: 0 all measured, 1 something failed, 2 a wrong option, 4 stopped before the end: run it again to go on.
const int Failed = 1, WrongOption = 2, Unfinished = 4;

switch (args)
{
    case [Target.Verb, var address]:
        Target.Run(IPAddress.Parse(address));
        return 0;
    case [NerdbankServer.Verb, var address, var certificate]:
        await NerdbankServer.RunAsync(address, certificate);
        return 0;
    case [NerdbankAgent.Verb, var address, var serverPort, var certificate, var to]:
        await NerdbankAgent.RunAsync(address, Number(serverPort), certificate, Number(to));
        return 0;
    case [ApiReads.Verb, var hub, var rate, var seconds, var bar]:
        return ApiReads.Run(hub, Number(rate), Number(seconds), Number(bar));
    case [PageReads.Verb, var web, .. var pages]:
        return PageReads.Run(web, pages);
    case [Outage.Verb, var entry, var pairs, var seconds, var halt, var go]:
        return await Outage.RunAsync(Number(entry), Number(pairs), Number(seconds), halt, go);
    case [OutageAnswers.Verb, var hub, var rounds, var halt, var go]:
        return await OutageAnswers.RunAsync(hub, Number(rounds), halt, go);
    case [RefusalTimes.ApiVerb, var hub, var pairs, .. var paths]:
        return RefusalTimes.RunApi(hub, Number(pairs), paths);
    case [RefusalTimes.LoginVerb, var web, var pairs]:
        return RefusalTimes.RunLogin(web, Number(pairs));
    case [Neighbour.Verb, var hub, var quiet, var noisy, var turns, var seconds]:
        return Neighbour.Run(hub, Number(quiet), Number(noisy), Number(turns), Number(seconds));
    case [CutStreams.Verb]:
        CutStreams.PrintHead();
        return 0;
    case [CutStreams.Verb, var name, var entry, var streams, var hub, var method, var path, var body]:
        return await CutStreams.RunAsync(name, Number(entry), Number(streams), hub, method, path, body);
    case [ManyVisitors.Verb, var first, var ports, var streams, var busy]:
        await ManyVisitors.RunAsync(Number(first), Number(ports), Number(streams), Number(busy));
        return 0;
}

LoadOptions options;
Results results;
try
{
    options = LoadOptions.Parse(args);
    var conditions = await MachineFacts.ConditionsAsync(options);
    results = options.Render ? Results.Read(options.ResultsFile!) : Results.Open(options.ResultsFile, conditions);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return WrongOption;
}

using var stop = new CancellationTokenSource();
// Both signals end the run between two measurements, so that every process started is also ended.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var complete = options.Render || await MeasureAsync();
var report = new Report(results).Write();
if (!options.Render) Console.WriteLine("\n" + report);
if (complete && options.ReportFile is { } file) await File.WriteAllTextAsync(file, report);
if (complete && options.ChartsFolder is { } folder) Charts.Write(results, folder);
if (!complete) Console.Error.WriteLine("Stopped before the end" + (options.ResultsFile is { } kept
    ? $"; run the same again to go on from {kept}." : "; with --json FILE the next run would go on from here."));
return !complete ? Unfinished : results.Failures.Count > 0 ? Failed : 0;

async Task<bool> MeasureAsync()
{
    results.Began(await MachineFacts.SittingAsync());
    using var scratch = new ScratchFolder();
    string[] command = [.. options.Wan?.ThroughFar ?? [], Environment.ProcessPath!, Target.Verb,
        (options.Wan is null ? IPAddress.Loopback : IPAddress.Any).ToString()];
    await using var target = ChildProcess.Start("target", command[0], command[1..]);
    var port = Number(await target.WaitForLineAsync(line => line.Length > 0, "its port"));
    using var link = options.Wan is null ? null : new WanLink(options.Wan);
    link?.Shape(roundTripMilliseconds: 0, lossPartsPerMillion: 0);
    var address = options.Wan is null ? IPAddress.Loopback : WanPlace.FarAddress;
    await using var run = new LoadRun(options, results, scratch, new IPEndPoint(address, port), link);
    return await run.RunAsync(stop.Token);
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
