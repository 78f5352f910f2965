namespace Resilience.Http;

/// <summary>Which response bodies are read inside the attempt, so that a connection that breaks on the way is retried.</summary>
public enum ResponseBodies
{
    /// <summary>None: an attempt ends with the response's headers.</summary>
    None,

    /// <summary>Bodies whose length the server announced, up to the limit.</summary>
    KnownLength,

    /// <summary>
    /// Those, and bodies of unknown length where <see cref="HttpClient"/> buffers them, as <c>GetAsync</c> and <c>SendAsync</c> do unless asked
    /// otherwise. Bodies that are streamed stay streams; <c>GetStringAsync</c>, <c>GetByteArrayAsync</c> and <c>GetFromJsonAsync</c> stream.
    /// Nobody knows with the headers which it will be, so policies inside retry, such as a circuit breaker, judge by those: a body that breaks is fetched again, and counts against nobody.
    /// </summary>
    Buffered,
}
