using System.CommandLine;
using TenantGateway;

switch (args)
{
    case ["upstream", var name, var ledger]:
        return await MisbehavingUpstream.RunAsync(name, ledger);
    case ["new-key", var tenant, var plan, var file]:
        Console.WriteLine(new TenantFileEditor(file).AddKey(tenant, plan));
        return 0;
    default:
        break;
}

var instances = new Option<int>("--instances") { Description = "How many gateways share the quotas.", DefaultValueFactory = _ => 1 };
var redis = new Option<string>("--redis") { Description = "A Redis server that keeps the quotas, such as localhost:6379. Several gateways have a Garnet in this process by default.", DefaultValueFactory = _ => string.Empty };
var postgres = new Option<string>("--postgres") { Description = "A connection to a PostgreSQL server that keeps the quotas instead.", DefaultValueFactory = _ => string.Empty };
var seconds = new Option<int>("--seconds") { Description = "How long the load lasts.", DefaultValueFactory = _ => 30 };
var listen = new Option<string?>("--listen") { Description = "Serves as a plain gateway at this address, without a demo." };
var settings = new Option<string>("--settings") { Description = "With --listen: the file with the sections Gateway and ReverseProxy.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "gateway.json") };
var command = new RootCommand("A gateway that gives each tenant its own limit, on YARP. 'new-key TENANT PLAN FILE' adds a tenant to a file and prints its key.") { instances, redis, postgres, seconds, listen, settings };
command.SetAction(async (parsed, cancelled) =>
{
    var stores = new Stores(parsed.GetValue(redis)!, parsed.GetValue(postgres)!);
    if (parsed.GetValue(listen) is { } address)
        return await GatewayHost.RunAsync(address, parsed.GetValue(settings)!, stores, cancelled);

    var demo = new Demo(parsed.GetValue(instances), stores, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    return await demo.RunAsync(cancelled);
});
return await command.Parse(args).InvokeAsync();
