namespace Resilience.Http;

/// <summary>Reads response bodies inside the attempt.</summary>
internal interface IBodyReader
{
    /// <summary>Reads the body of a success if another attempt could follow. Nothing is thrown before the task is awaited.</summary>
    /// <returns>Null if the body is left to the caller.</returns>
    Task? ReadAsync(Attempt attempt, HttpResponseMessage response, CancellationToken cancellationToken);
}
