namespace Resilience.Http;

/// <summary>
/// Reads an access token within the attempt that asks for it, however long it is to be: many calls wait for it, and one whose body stalls is to be asked for again, as one
/// whose answer does not come. Stands inside retry.
/// </summary>
internal sealed class AccessTokenReading : DelegatingHandler
{
    /// <summary>The longest answer that is read.</summary>
    public const int MaxBytes = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            // What a failure says in its body is not worth another attempt.
            if (response.IsSuccessStatusCode)
                await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
