using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Resilience.Http.Tests;

public sealed class AzureCoreTests : SdkTests
{
    private protected override Type NetworkFailure => typeof(RequestFailedException);

    [Fact]
    public async Task Sends_a_body_of_its_own_type_again()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok("{}"));
        using var host = new TestHost(url: upstream.Url);

        var status = await SendAsync(host, "PUT", TestContext.Current.CancellationToken);

        status.Should().Be(200);
        upstream.Attempts.Should().HaveCount(2);
        upstream.Attempts[1].Body.ToArray().Should().Equal(upstream.Attempts[0].Body.ToArray());
    }

    private protected override async Task<int> SendAsync(TestHost host, string method, CancellationToken cancellationToken)
    {
        var pipeline = Pipeline(host.Client);
        using var request = Create(pipeline, method, host.Client.BaseAddress!);
        using var response = await pipeline.SendRequestAsync(request, cancellationToken);
        return response.Status;
    }

    private protected override int SendInOneGo(TestHost host, string method)
    {
        var pipeline = Pipeline(host.Client);
        using var request = Create(pipeline, method, host.Client.BaseAddress!);
        using var response = pipeline.SendRequest(request, TestContext.Current.CancellationToken);
        return response.Status;
    }

    private static HttpPipeline Pipeline(HttpClient client)
        => HttpPipelineBuilder.Build(new Options { Transport = new HttpClientTransport(client), Retry = { MaxRetries = 0 } });

    private static Request Create(HttpPipeline pipeline, string method, Uri url)
    {
        var request = pipeline.CreateRequest();
        request.Method = RequestMethod.Parse(method);
        request.Uri.Reset(url);
        if (method != "GET")
            request.Content = RequestContent.Create(new { name = "Ada" });
        return request;
    }

    private sealed class Options : ClientOptions;
}
