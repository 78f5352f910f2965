using System.Text.Json.Nodes;

namespace TenantGateway;

/// <summary>The processes of the demo: two upstreams, and the gateways before them. Everything that they read or write is in one folder.</summary>
internal sealed class Site : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, ChildProcess> _processes = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-").FullName;

    public TenantFileEditor Tenants => new(Path.Combine(Folder, "tenants.json"));

    public IEnumerable<string> Ledgers => Directory.EnumerateFiles(Folder, "*.ledger");

    private string SettingsFile => Path.Combine(Folder, "gateway.json");

    /// <returns>Where the gateways listen.</returns>
    public async Task<IReadOnlyList<Uri>> StartAsync(int instances, Stores stores)
    {
        var upstreams = await Task.WhenAll(StartUpstreamAsync("a"), StartUpstreamAsync("b"));
        await File.WriteAllTextAsync(SettingsFile, SettingsFor(upstreams, instances).ToJsonString());
        return await Task.WhenAll(Enumerable.Range(1, instances).Select(number => StartAsync($"gateway {number}", ["--listen", "http://127.0.0.1:0", "--settings", SettingsFile, .. stores.Args])));
    }

    public Task KillUpstreamAsync() => _processes["b"].KillAsync();

    public void Dispose()
    {
        foreach (var process in _processes.Values)
            process.Dispose();
    }

    private Task<Uri> StartUpstreamAsync(string name) => StartAsync(name, ["upstream", name, Path.Combine(Folder, $"{name}.ledger")]);

    private async Task<Uri> StartAsync(string name, string[] args)
    {
        var started = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _processes[name] = new(args, line =>
        {
            if (line.StartsWith("http", StringComparison.Ordinal))
                started.TrySetResult(new(line.Split(' ')[0]));
        });
        return await started.Task.WaitAsync(LongestStart, TimeProvider.System);
    }

    private static JsonNode SettingsFor(Uri[] upstreams, int instances)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "gateway.json")))!;
        // Each retried call would be a line.
        settings["Logging"]!["LogLevel"]!["Default"] = "Error";
        var gateway = settings["Gateway"]!;
        gateway["ManagementPort"] = 0;
        gateway["Instances"] = instances;
        gateway["PassedHeaders"] = new JsonArray(MisbehavingUpstream.SentHeader);
        // A store that was there before knows buckets of other runs.
        gateway["Quota"] = $"demo-{Guid.NewGuid():N}";
        foreach (var (_, cluster) in settings["ReverseProxy"]!["Clusters"]!.AsObject())
        {
            cluster!["Destinations"]!["a"]!["Address"] = upstreams[0].ToString();
            cluster["Destinations"]!["b"]!["Address"] = upstreams[1].ToString();
        }

        return settings;
    }
}
