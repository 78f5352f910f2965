namespace Resilience.Http.Tests;

/// <summary>
/// Hands an answer of the network on when all of its body is there: a clock that jumps over waits would jump over the wait for bytes, too. A body that
/// breaks off does so for its reader.
/// </summary>
internal sealed class WholeAnswers : DelegatingHandler, IKnownHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        response.Content = await WholeAsync(response.Content, cancellationToken);
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = base.Send(request, cancellationToken);
        response.Content = WholeAsync(response.Content, cancellationToken).GetAwaiter().GetResult();
        return response;
    }

    private static async Task<HttpContent> WholeAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        Exception? failure = null;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            await body.CopyToAsync(bytes, cancellationToken);
        }
        catch (IOException e)
        {
            failure = e;
        }

        var whole = new StreamContent(new TrickleStream(bytes.ToArray(), failure, hangs: false));
        whole.Headers.CopyFrom(content.Headers);
        return whole;
    }
}
