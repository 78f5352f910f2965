using System.Globalization;
using Polly.Registry;

namespace Migration.Tests;

// there
public sealed class Stock(IHttpClientFactory clients, ResiliencePipelineProvider<string> pipelines)
{
    public async Task<int> CountAsync(string item, CancellationToken cancellationToken)
    {
        var pipeline = pipelines.GetPipeline<HttpResponseMessage>("stock");
        using var response = await pipeline.ExecuteAsync(async token => await clients.CreateClient("stock").GetAsync($"items/{item}", token), cancellationToken);
        return int.Parse(await response.Content.ReadAsStringAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}

// here
public sealed class ResilientStock(IHttpClientFactory clients)
{
    public async Task<int> CountAsync(string item, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient("stock").GetAsync($"items/{item}", cancellationToken);
        return int.Parse(await response.Content.ReadAsStringAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
