using Azure.Core;
using Azure.Core.Pipeline;
using Google.Apis.Http;
using Google.Apis.Services;
using RestSharp;
using IHttpClientFactory = System.Net.Http.IHttpClientFactory;

namespace Resilience.Http.Tests;

/// <summary>The C# of samples/README.md, compiled.</summary>
public static class SamplesReadmeCode
{
    public static RestClient Sdks(IHttpClientFactory clients, IHttpMessageHandlerFactory handlers, ClientOptions azure, BaseClientService.Initializer google)
    {
        // Azure.Core, and every client built on it: the options of the client.
        azure.Transport = new HttpClientTransport(clients.CreateClient("azure"));
        azure.Retry.MaxRetries = 0;

        // Google.Apis: the initializer of the service; it makes the HttpClient itself, around the chain of handlers.
        google.HttpClientFactory = new HttpClientFromMessageHandlerFactory(
            _ => new(handlers.CreateHandler("google"), performsAutomaticDecompression: false, handlesRedirect: false));
        google.DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None;

        // RestSharp.
        var orders = new RestClient(clients.CreateClient("orders"));
        return orders;
    }
}
