return await DriftWatch.Commands.CommandLine.RunAsync(args);
