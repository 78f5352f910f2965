using System.CommandLine;
using Payments;

if (args is [var role and ("provider" or "payer" or "auditor"), .. var rest])
{
    var settings = rest is [] ? new() { Folder = Directory.CreateTempSubdirectory("payments-").FullName } : Settings.Read(rest);
    return role switch
    {
        "provider" => await ProviderProcess.RunAsync(settings),
        "payer" => await new PayerProcess(settings, new(rest[^1])).RunAsync(),
        _ => await Audit.RunAsync(settings),
    };
}

var customers = new Option<int>("--customers") { Description = "How many customers are charged.", DefaultValueFactory = _ => 1000 };
var rate = new Option<int>("--rate") { Description = "How many charges a second the provider allows.", DefaultValueFactory = _ => 25 };
var kill = new Option<int>("--kill") { Description = "How often the payer is killed (SIGKILL); twice between the provider's commit and its answer.", DefaultValueFactory = _ => 0 };
var seed = new Option<int>("--seed") { Description = "Decides amounts, declines and faults.", DefaultValueFactory = _ => 4711 };
var retention = new Option<string>("--retention") { Description = "For how long the provider remembers a key, such as 20s; short ones need the reconciler.", DefaultValueFactory = _ => "24h" };
var sabotage = new Option<string>("--sabotage") { Description = "A fault in the payer that the audit must find.", DefaultValueFactory = _ => string.Empty };
sabotage.AcceptOnlyFromAmong(string.Empty, "new-key-per-attempt", "delete-before-answer", "no-outbox", "random-key-after-restart");
var postgres = new Option<string>("--postgres") { Description = "A connection to PostgreSQL, in place of a SQLite file; the run makes a schema of its own.", DefaultValueFactory = _ => string.Empty };
var workers = new Option<int>("--workers") { Description = "How many payers share the customers; more than one need PostgreSQL.", DefaultValueFactory = _ => 1 };
var provider = new Option<string>("--provider") { Description = "A provider that was started for this run, as by 'dotnet run --project samples/Payments provider'. It is not killed, and is asked for its charges in the end.", DefaultValueFactory = _ => string.Empty };
var alone = new Option<bool>("--alone") { Description = "Without a plain HttpClient and Microsoft's standard handler beside it." };
var command = new RootCommand("Charges customers at a provider that fails in every way, and audits the books.") { customers, rate, kill, seed, retention, sabotage, postgres, workers, provider, alone };
command.SetAction((parsed, _) => Director.RunAsync(
    new()
    {
        Folder = Directory.CreateTempSubdirectory("payments-").FullName,
        Customers = parsed.GetValue(customers),
        Rate = parsed.GetValue(rate),
        Seed = parsed.GetValue(seed),
        Retention = Director.ParseTime(parsed.GetValue(retention)!),
        Sabotage = parsed.GetValue(sabotage)!,
        Postgres = parsed.GetValue(postgres)!,
        Workers = parsed.GetValue(workers),
        Provider = parsed.GetValue(provider) is { Length: > 0 } address ? new(address) : null,
    },
    parsed.GetValue(kill),
    parsed.GetValue(alone)));
return await command.Parse(args).InvokeAsync();
