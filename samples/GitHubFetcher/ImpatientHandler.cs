using System.Net;

namespace GitHubFetcher;

/// <summary>The loop that many a script has instead: after a 403 it just asks again, a few times.</summary>
internal sealed class ImpatientHandler(TimeProvider time) : DelegatingHandler
{
    private const int Tries = 15;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode is not HttpStatusCode.Forbidden || tried == Tries)
                return response;

            response.Dispose();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
