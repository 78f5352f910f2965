using System.Net;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>Answers every request at once, on any thread.</summary>
internal sealed class Answering : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
}
