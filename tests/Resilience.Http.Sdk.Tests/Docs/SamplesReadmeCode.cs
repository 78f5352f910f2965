using System.ClientModel.Primitives;
using Amazon.Runtime;
using Anthropic;
using Azure.Core;
using Azure.Core.Pipeline;
using Elastic.Transport;
using Flurl.Http;
using Google.Apis.Http;
using Google.Apis.Services;
using Grpc.Net.Client;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Octokit;
using Octokit.Internal;
using OpenAI;
using Refit;
using RestSharp;
using Stripe;
using IHttpClientFactory = System.Net.Http.IHttpClientFactory;

namespace Resilience.Http.Sdk.Tests;

/// <summary>The C# of samples/README.md, compiled.</summary>
internal static class SamplesReadmeCode
{
    public static object[] Sdks(
        IHttpClientFactory clients,
        IHttpMessageHandlerFactory handlers,
        ClientConfig aws,
        ClientOptions azure,
        NodePool nodes,
        BaseClientService.Initializer google,
        IAuthenticationProvider authentication,
        OpenAIClientOptions openai,
        string key)
    {
        // Anthropic.
        var anthropic = new AnthropicClient { HttpClient = clients.CreateClient("anthropic"), MaxRetries = 0, Timeout = Timeout.InfiniteTimeSpan };

        // AWSSDK: the configuration of the client; the factory is below.
        aws.HttpClientFactory = new ResilientClients(clients);
        aws.MaxErrorRetry = 0;

        // Azure.Core, and every client built on it: the options of the client.
        azure.Transport = new HttpClientTransport(clients.CreateClient("azure"));
        azure.Retry.MaxRetries = 0;

        // Elastic.Transport, and the clients of Elastic.
        var elastic = new TransportConfiguration(nodes, new HttpRequestInvoker((_, _) => handlers.CreateHandler("elastic"))) { MaxRetries = 0 };

        // Flurl.
        var flurl = new FlurlClient(clients.CreateClient("flurl"));

        // Google.Apis: the initializer of the service; it makes the HttpClient itself, around the chain of handlers.
        google.HttpClientFactory = new HttpClientFromMessageHandlerFactory(
            _ => new(handlers.CreateHandler("google"), performsAutomaticDecompression: false, handlesRedirect: false));
        google.DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None;

        // Grpc.Net.Client; with Grpc.Net.ClientFactory, AddGrpcClient<T>().AddResilience().
        var channel = GrpcChannel.ForAddress("https://grpc.example.com", new() { HttpClient = clients.CreateClient("grpc") });

        // Kiota.
        var kiota = new HttpClientRequestAdapter(authentication, httpClient: clients.CreateClient("kiota"));

        // Octokit.
        var github = new GitHubClient(new Connection(new("my-app"), new HttpClientAdapter(() => handlers.CreateHandler("github"))));

        // OpenAI: the options of the client.
        openai.Transport = new HttpClientPipelineTransport(clients.CreateClient("openai"));
        openai.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        openai.NetworkTimeout = Timeout.InfiniteTimeSpan;

        // Refit; with Refit.HttpClientFactory, AddRefitGeneratedClient<T>().AddResilience().
        var people = RestService.For<IPeopleApi>(clients.CreateClient("people"));

        // RestSharp.
        var orders = new RestClient(clients.CreateClient("orders"));

        // Stripe.net.
        var stripe = new StripeClient(key, httpClient: new SystemNetHttpClient(clients.CreateClient("stripe"), maxNetworkRetries: 0));
        return [anthropic, elastic, flurl, channel, kiota, github, people, orders, stripe];
    }

    private sealed class ResilientClients(IHttpClientFactory clients) : Amazon.Runtime.HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => clients.CreateClient("aws");
    }
}
