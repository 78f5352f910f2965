using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Resilience.Http.Benchmarks.Gateway;
using Resilience.Http.Benchmarks.Load;
using Resilience.Http.Benchmarks.Outbox;
using Resilience.Http.Benchmarks.Ratios;

if (args is ["ratios"])
    return Table.Print();
if (args is ["outbox", "--entries", var entries])
    return await OutboxTable.EndureAsync(int.Parse(entries, CultureInfo.InvariantCulture));
if (args is ["outbox", .. { Length: <= 1 } connection])
    return await OutboxTable.PrintAsync(connection.FirstOrDefault());
if (args is ["load"])
    return await LoadTest.RunAsync();
if (args is ["gateway"])
    return await GatewayTest.RunAsync();
if (args is ["proxy", var kind, var upstream])
    return await ProxyUnderTest.ServeAsync(kind, upstream);
if (args is ["upstream"])
    return await LoopbackUpstream.ServeAsync();

var inProcess = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, inProcess);
return 0;
