using PrivateConnect.Agent;

ProcessSetup.Apply();
return await CommandLine.RunAsync(args, Terminal.ForProcess());
