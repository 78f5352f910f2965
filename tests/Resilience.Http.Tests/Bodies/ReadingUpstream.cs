using System.Net;

namespace Resilience.Http.Tests;

/// <summary>Reads the request, does something and answers.</summary>
internal sealed class ReadingUpstream(Stream wire, Action<CancellationToken> act, int status = 200) : HttpMessageHandler
{
    public int AnswerFirst { get; set; }

    public int Requests { get; private set; }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Content!.CopyTo(wire, context: null, cancellationToken);
        return Answer(cancellationToken);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await request.Content!.CopyToAsync(wire, cancellationToken);
        return Answer(cancellationToken);
    }

    private HttpResponseMessage Answer(CancellationToken cancellationToken)
    {
        if (++Requests == 1 && AnswerFirst > 0)
            return new((HttpStatusCode)AnswerFirst);

        act(cancellationToken);
        return new((HttpStatusCode)status);
    }
}
