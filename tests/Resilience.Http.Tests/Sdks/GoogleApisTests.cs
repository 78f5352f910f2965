using Google;
using Google.Apis.Http;
using Google.Apis.Requests;
using Google.Apis.Services;
using ResilientHandler = Google.Apis.Http.HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler;

namespace Resilience.Http.Tests;

public sealed class GoogleApisTests : SdkTests
{
    private protected override Type NetworkFailure => typeof(HttpRequestException);

    private protected override async Task<int> SendAsync(TestHost host, string method, CancellationToken cancellationToken)
    {
        using var people = new People(host);
        try
        {
            await new Call(people, method).ExecuteAsync(cancellationToken);
            return 200;
        }
        catch (GoogleApiException e)
        {
            return (int)e.HttpStatusCode;
        }
    }

    private protected override int SendInOneGo(TestHost host, string method)
    {
        using var people = new People(host);
        new Call(people, method).Execute();
        return 200;
    }

    /// <summary>A service such as the generated ones.</summary>
    private sealed class People(TestHost host) : BaseClientService(new Initializer
    {
        HttpClientFactory = new HttpClientFromMessageHandlerFactory(
            _ => new ResilientHandler(host.Handler, performsAutomaticDecompression: false, handlesRedirect: false)),
        DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
    })
    {
        public override string Name => "people";

        public override string BaseUri { get; } = $"{host.Client.BaseAddress}";

        public override string BasePath => string.Empty;

        public override IList<string> Features => [];
    }

    private sealed class Call : ClientServiceRequest<Dictionary<string, string>>
    {
        public Call(People people, string method)
            : base(people)
        {
            HttpMethod = method;
            InitParameters();
        }

        public override string MethodName => "call";

        public override string RestPath => "people";

        public override string HttpMethod { get; }

        protected override object? GetBody() => HttpMethod == "GET" ? null : new { name = "Ada" };
    }
}
