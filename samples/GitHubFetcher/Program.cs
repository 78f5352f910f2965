using System.CommandLine;
using GitHubFetcher;

var accounts = new Argument<string[]>("account") { Description = "Users or organisations.", Arity = ArgumentArity.ZeroOrMore };
var token = new Option<string?>("--token") { Description = "A token: 5000 requests an hour instead of 60." };
var api = new Option<Uri?>("--api") { Description = "Where the API is.", CustomParser = WebAddress.Parse, DefaultValueFactory = _ => new("https://api.github.com/") };
var cache = new Option<DirectoryInfo>("--cache") { Description = "Where answers are kept, to ask only whether they changed.", DefaultValueFactory = _ => new(EntityCache.DefaultFolder) };
var json = new Option<bool>("--json") { Description = "Writes JSON instead of a table." };
var demo = new Option<bool>("--demo") { Description = "Fetches from a look-alike on this machine, whose limits pass in seconds, beside a plain client." };

var command = new RootCommand("Lists all repositories of users and organisations of GitHub, however long its limits make it wait.") { accounts, token, api, cache, json, demo };
command.Validators.Add(parsed =>
{
    if (!parsed.GetValue(demo) && parsed.GetValue(accounts) is not { Length: > 0 })
        parsed.AddError("Name at least one account, or try --demo.");
});
command.SetAction((parsed, cancelled) => parsed.GetValue(demo)
    ? Demo.RunAsync(cancelled)
    : new Fetch(parsed.GetValue(api)!, parsed.GetValue(token), parsed.GetValue(cache)!.FullName, parsed.GetValue(json)).RunAsync(parsed.GetValue(accounts)!, cancelled));
return await command.Parse(args).InvokeAsync();
