namespace Resilience.Http;

/// <summary>Marks a primary handler that sends a request once and is done with its token when the response is handed out.</summary>
internal interface IKnownHandler;
