using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Resilience.Http;
using Resilience.Http.Published;

// Whatever trimming could take away: options bound to JSON and validated, policies found by name, errors read.
var server = new Server(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.NotFound);
using var host = Build(Settings.Valid, server);
await host.StartAsync();
Console.WriteLine(host.Services.GetRequiredService<ResilienceRegistry>());

using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
using var order = new HttpRequestMessage(HttpMethod.Post, "orders") { Content = new StringContent("an order") };
using var answer = await client.SendAsync(order);
using var missing = await client.GetAsync("orders/1");

string[] seen =
[
    $"{(int)answer.StatusCode} after {order.GetRetryReport()}",
    $"{server.Keys.Distinct().Count()} key",
    $"{(await missing.ReadProblemDetailsAsync())?.Title}",
    FaultOf(Settings.Invalid),
    FaultOf(Settings.Unknown),
    FaultOf(Settings.Unnamed),
];
Console.WriteLine(string.Join(Environment.NewLine, seen));
return seen.SequenceEqual(Settings.Expected) ? 0 : 1;

static IHost Build(byte[] json, HttpMessageHandler server)
{
    var builder = Host.CreateEmptyApplicationBuilder(new());
    builder.Configuration.AddJsonStream(new MemoryStream(json));
    foreach (var section in builder.Configuration.GetChildren())
    {
        builder.Services.AddResilientHttpClient(section.Key, section).ConfigurePrimaryHttpMessageHandler(() => server)
            .ConfigureHttpClient(client => client.BaseAddress = new("https://payments.example/"));
    }

    return builder.Build();
}

string FaultOf(byte[] json)
{
    using var faulty = Build(json, server);
    try
    {
        faulty.Start();
        return "started";
    }
    catch (OptionsValidationException e)
    {
        return e.Message;
    }
}
