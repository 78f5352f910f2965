using CustomPolicy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Reports:Bulkhead:MaxConcurrency", "2")]).Build();
var services = new ServiceCollection();
services.AddResilientHttpClient("reports", settings.GetSection("Reports"), client => client.BaseAddress = new("https://reports.example/"))
    .AddStandardPolicies().AddBulkhead().ConfigurePrimaryHttpMessageHandler(() => new ReportServer());
await using var provider = services.BuildServiceProvider();
Console.WriteLine(provider.GetRequiredService<ResilienceRegistry>());

// The first two keep their places as long as nobody reads what they bring.
using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("reports");
var calls = Enumerable.Range(1, 3).Select(report => client.GetAsync($"{report}", HttpCompletionOption.ResponseHeadersRead)).ToArray();
await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
foreach (var call in calls)
    Console.WriteLine(call.IsFaulted ? call.Exception.InnerException!.Message : $"{(await call).StatusCode}, and its body is still to be read.");

(await calls[0]).Dispose();
using var fourth = await client.GetAsync("4");
Console.WriteLine($"{fourth.StatusCode}, as one of the two has been disposed.");
return calls is [{ IsFaulted: false }, { IsFaulted: false }, { Exception.InnerException: BulkheadFullException { WasRejected: true } }] ? 0 : 1;

/// <summary>Answers with a body of unknown length: those of known length are read as part of the attempt.</summary>
internal sealed class ReportServer : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => Task.FromResult(new HttpResponseMessage { Content = System.Net.Http.Json.JsonContent.Create("a report"), RequestMessage = request });
}
