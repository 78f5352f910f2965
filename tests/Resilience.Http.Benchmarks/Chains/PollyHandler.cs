using Polly;

namespace Resilience.Http.Benchmarks.Chains;

/// <summary>A Polly pipeline in a handler, run the way that throws and allocates least: pooled context, outcomes in place of exceptions.</summary>
internal sealed class PollyHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            var outcome = await pipeline.ExecuteOutcomeAsync(static (context, call) => call.Handler.AttemptAsync(call.Request, context), context, (Handler: this, Request: request)).ConfigureAwait(false);
            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<HttpResponseMessage>> AttemptAsync(HttpRequestMessage request, ResilienceContext context)
    {
        try
        {
            return Polly.Outcome.FromResult(await base.SendAsync(request, context.CancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Polly.Outcome.FromException<HttpResponseMessage>(e);
        }
    }
}
