namespace Resilience.Http;

/// <summary>
/// What a body ends in that the server refused while it was sent, and that cannot be read again. Never the refusal itself, which tells the transport to send the request once more.
/// By then the request has begun on another stream, whose server may act on its headers: so it proves nothing, though it is no failure of the server's either.
/// </summary>
internal sealed class RefusedBodyException(Exception refusal, string remedy)
    : HttpRequestException($"The server refused the request while its body was sent, and the body can be read only once. {remedy}", refusal);
