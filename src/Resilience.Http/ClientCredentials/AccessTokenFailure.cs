using System.Net;

namespace Resilience.Http;

/// <summary>Why there is no access token.</summary>
internal sealed record AccessTokenFailure(HttpStatusCode? Status = null, string? Error = null, string? Description = null, TimeSpan? RetryAfter = null, Exception? Cause = null)
{
    /// <summary>A low-cardinality name for metrics.</summary>
    public string Label => Status is { } status ? StatusLabels.Of(status) : nameof(OutcomeKind.ConnectionFailed);

    /// <summary>In a few words, on one line, without secrets.</summary>
    public string Reason => this switch
    {
        { Status: { } status, Error: { } error } => $"the answer was {(int)status}, {LogText.OneLine(error)}",
        { Status: HttpStatusCode.OK } => "the answer was 200, but held no bearer token",
        { Status: { } status } => $"the answer was {(int)status}",
        _ => $"there was no answer ({Cause?.GetType().Name})",
    };
}
