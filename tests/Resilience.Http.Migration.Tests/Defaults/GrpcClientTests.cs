using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Migration.Tests;

public sealed class GrpcClientTests
{
    [Fact]
    public async Task Have_the_defaults()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<EchoClient>(client => client.Address = new("http://echo.test"));
        services.AddResilienceDefaults(standard => standard.Retry.BaseDelay = TimeSpan.Zero);
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.NoConnection()).Then(Reply.From((request, _) => Task.FromResult(Echo(request)))));
        services.AddScriptedUpstream(nameof(EchoClient), upstream);
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<EchoClient>().EchoAsync([42], TestContext.Current.CancellationToken);

        answer.Should().Equal(42);
        upstream.Attempts.Should().HaveCount(2);
    }

    private static HttpResponseMessage Echo(HttpRequestMessage request)
    {
        // A byte that says that it is not compressed, four for the length, the message.
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Version = HttpVersion.Version20, Content = new ByteArrayContent([0, 0, 0, 0, 1, 42]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        response.TrailingHeaders.Add("grpc-status", "0");
        return response;
    }

    public sealed class EchoClient(CallInvoker invoker)
    {
        private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
        private static readonly Method<byte[], byte[]> Method = new(MethodType.Unary, "test.Echo", "Echo", Bytes, Bytes);

        public Task<byte[]> EchoAsync(byte[] message, CancellationToken cancelled)
            => invoker.AsyncUnaryCall(Method, null, new CallOptions(cancellationToken: cancelled), message).ResponseAsync;
    }
}
