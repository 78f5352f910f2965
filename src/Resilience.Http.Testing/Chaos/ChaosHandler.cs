namespace Resilience.Http.Testing;

/// <summary>Injects faults, inside every policy and handler of a client: where the wire begins.</summary>
internal sealed class ChaosHandler(ChaosPlan plan) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => plan.TryChoose(request, out var fault) ? InjectAsync(fault, request, async: true, cancellationToken) : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => plan.TryChoose(request, out var fault) ? InjectAsync(fault, request, async: false, cancellationToken).GetAwaiter().GetResult() : base.Send(request, cancellationToken);

    private async Task<HttpResponseMessage> InjectAsync(Fault fault, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        plan.Telemetry.Injected(fault, request);
        var reply = Reply.Ok().With(fault);
        if (fault.ReplacesAnswer)
            return await ReplaceAsync(reply, request, async, cancellationToken).ConfigureAwait(false);

        if (reply.Latency > TimeSpan.Zero)
            await Task.Delay(reply.Latency, plan.Time, cancellationToken).ConfigureAwait(false);
        var response = await SendOnAsync(request, async, cancellationToken).ConfigureAwait(false);
        response.Content = new ReplyContent(response.Content, reply, plan.Time);
        return response;
    }

    private async Task<HttpResponseMessage> ReplaceAsync(Reply reply, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var response = await new MemoryReply(reply, plan.Time).SendAsync(request, onDisposed: null, cancellationToken).ConfigureAwait(false);
        if (!Redirect.Follow(request, response))
            return response;

        response.Dispose();
        return await SendOnAsync(request, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
        => async ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));
}
