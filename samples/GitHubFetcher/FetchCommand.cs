using System.CommandLine;
using System.CommandLine.Parsing;

namespace GitHubFetcher;

/// <summary>The command line.</summary>
internal sealed class FetchCommand : RootCommand
{
    private readonly Argument<string[]> _accounts = new("account") { Description = "Users or organisations.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _token = new("--token") { Description = "A token: 5000 requests an hour instead of 60." };
    private readonly Option<Uri?> _api = new("--api") { Description = "Where the API is.", CustomParser = WebAddress.Parse, DefaultValueFactory = _ => new("https://api.github.com/") };
    private readonly Option<DirectoryInfo> _cache = new("--cache") { Description = "Where answers are kept, to ask only whether they changed.", DefaultValueFactory = _ => new(EntityCache.DefaultFolder) };
    private readonly Option<bool> _json = new("--json") { Description = "Writes JSON instead of a table." };
    private readonly Option<bool> _demo = new("--demo") { Description = "Fetches from a look-alike on this machine, whose limits pass in seconds, beside a plain client." };

    public FetchCommand()
        : base("Lists all repositories of users and organisations of GitHub, however long its limits make it wait.")
    {
        Arguments.Add(_accounts);
        foreach (var option in (Option[])[_token, _api, _cache, _json, _demo])
            Options.Add(option);
        Validators.Add(Validate);
        SetAction((parsed, cancelled) => parsed.GetValue(_demo)
            ? Demo.RunAsync(cancelled)
            : new Fetch(parsed.GetValue(_api)!, parsed.GetValue(_token), parsed.GetValue(_cache)!.FullName, parsed.GetValue(_json)).RunAsync(parsed.GetValue(_accounts)!, cancelled));
    }

    private void Validate(CommandResult parsed)
    {
        if (parsed.GetValue(_demo))
            return;

        if (parsed.GetValue(_accounts) is not { Length: > 0 })
            parsed.AddError("Name at least one account, or try --demo.");
        if (parsed.GetValue(_token) is not null && parsed.GetValue(_api) is { Scheme: "http", IsLoopback: false } api)
            parsed.AddError($"The token is not sent to {api}: by plain http anybody on the way could read it. Name an https address, or leave --token out.");
    }
}
