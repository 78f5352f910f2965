namespace Resilience.Http;

/// <summary>
/// Gives every failure of a call the form of RFC 9457: responses with a status of 400 or more, circuits that are open, limits, timeouts
/// of attempts, servers that cannot be reached. Stands outside all other policies, so that it sees what becomes of the call. The
/// cancellation by the caller, the total timeout and faults of the request itself pass through.
/// </summary>
public sealed class ProblemDetailsHandler : ResilienceHandler
{
    private readonly ResilientClient _client;
    private readonly Live<ProblemDetailsOptions> _options;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">The form in which failures leave, and how much of a body is read.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public ProblemDetailsHandler(ProblemDetailsOptions options)
        : this(ResilientClient.ByHand(), Live<ProblemDetailsOptions>.Fixed(options, new ProblemDetailsOptionsValidator()))
    {
    }

    internal ProblemDetailsHandler(ResilientClient client, Live<ProblemDetailsOptions> options) => (_client, _options) = (client, options);

    private protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await SendInnerAsync(request, async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Unanswered.Of(e, cancellationToken) is { } failure)
        {
            return _options.Value.Mode is ProblemDetailsMode.Respond
                ? failure.ToResponse(request)
                : throw new ProblemDetailsException(_client.Name, failure.ToProblem(), request, e);
        }

        if (Outcome.Of(response).IsSuccess)
            return response;

        var options = _options.Value;
        return options.Mode is ProblemDetailsMode.Respond
            ? await RespondAsync(response, options.MaxBodyBytes, async, cancellationToken).ConfigureAwait(false)
            : throw await ProblemDetailsException
                .OfAsync(response, _client.Name, options.MaxBodyBytes, _client.Time, async, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> RespondAsync(HttpResponseMessage response, int limit, bool async, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await ProblemReader.ReadAsync(response, limit, _client.Time, async, cancellationToken).ConfigureAwait(false);
            if (!problem.IsStandard)
                ProblemContent.Replace(response, problem);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
