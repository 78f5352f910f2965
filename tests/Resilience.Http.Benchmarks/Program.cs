using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Resilience.Http.Benchmarks.Gateway;
using Resilience.Http.Benchmarks.Load;
using Resilience.Http.Benchmarks.Outbox;
using Resilience.Http.Benchmarks.Quotas;
using Resilience.Http.Benchmarks.Ratios;

if (args is ["ratios"])
    return Table.Print(Table.Ratios);
if (args is ["ratios", "once"])
    return SeveralProcesses.Print();
if (args is ["outbox", "--entries", var entries])
    return await OutboxTable.EndureAsync(int.Parse(entries, CultureInfo.InvariantCulture));
if (args is ["outbox", .. { Length: <= 1 } connection])
    return await OutboxTable.PrintAsync(connection.FirstOrDefault());
if (args is ["quotas", "--tenants", var tenants])
    return await Tenants.EndureAsync(int.Parse(tenants, CultureInfo.InvariantCulture));
if (args is ["quotas"])
    return await QuotaTable.PrintAsync();
if (args is ["member", var place, var rate])
    return await Member.RunAsync(place, double.Parse(rate, CultureInfo.InvariantCulture));
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
