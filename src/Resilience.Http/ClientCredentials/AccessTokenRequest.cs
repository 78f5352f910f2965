using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>Requests an access token from a token endpoint (RFC 6749 §4.4.2), and reads the answer.</summary>
internal sealed class AccessTokenRequest(ClientCredentialsOptions options, Func<HttpClient> http, TimeProvider time, Func<double> chance)
{
    private const int MaxErrorBytes = 64 * 1024;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Never throws: the result is shared by many callers.</summary>
    public async Task<AccessTokenAnswer> SendAsync()
    {
        try
        {
            var requestedAt = time.GetTimestamp();
            var client = http();
            using var request = Compose();
            // HttpClient's own ends with the fields of the answer.
            using var timeout = new CancellationTokenSource(client.Timeout, time);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None).ConfigureAwait(false);
            // A body that stalls, breaks off or is too long must not replace what the status of a failure says.
            if (!response.IsSuccessStatusCode)
                return await ReadErrorAsync(response).ConfigureAwait(false);

            await response.Content.LoadIntoBufferAsync(client.MaxResponseContentBufferSize, timeout.Token).ConfigureAwait(false);
            return await ReadTokenAsync(response, requestedAt).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new AccessTokenAnswer { Failure = new(Cause: e, RetryAfter: (e as ResilienceException)?.RetryAfter) };
        }
    }

    private HttpRequestMessage Compose()
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", "client_credentials")];
        if (options.Scope is { Length: > 0 } scope)
            form.Add(new("scope", scope));
        if (options.Resource is { Length: > 0 } resource)
            form.Add(new("resource", resource));
        if (options.SendCredentialsInBody)
            form.AddRange([new("client_id", options.ClientId), new("client_secret", options.ClientSecret)]);

        var request = new HttpRequestMessage(HttpMethod.Post, options.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new("application/json"));
        if (!options.SendCredentialsInBody)
            request.Headers.Authorization = Basic();
        // A token that is lost does no harm, so the request may be sent again after any failure.
        RequestSettings.For(request).IsRepeatable = true;
        return request;
    }

    private AuthenticationHeaderValue Basic()
    {
        // RFC 6749 §2.3.1: form-encoded before they are joined, or a colon in the id would end it.
        var credentials = $"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}";
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }

    private async Task<AccessTokenAnswer> ReadTokenAsync(HttpResponseMessage response, long requestedAt)
    {
        var body = Parse(await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false), response.Content);
        var isBearer = body?.Text("token_type")?.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ?? true;
        if (!isBearer || body?.Text("access_token") is not { Length: > 0 } token || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return new AccessTokenAnswer { Failure = new(response.StatusCode, body?.Text("error"), body?.Text("error_description")) };

        // A number, which some servers write as a string.
        double? lifetime = double.TryParse(body?.Member("expires_in")?.CodeOrNull, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 ? seconds : null;
        return new AccessTokenAnswer { Token = new(token, lifetime, requestedAt, chance(), time.TimestampFrequency) };
    }

    private async Task<AccessTokenAnswer> ReadErrorAsync(HttpResponseMessage response)
    {
        var bytes = await BodyPeek.ReadAsync(response, new(MaxErrorBytes, ReadTimeout, time), async: true, CancellationToken.None).ConfigureAwait(false);
        var error = Parse(ContentCoding.Undo(bytes, response.Content.Headers.ContentEncoding, MaxErrorBytes), response.Content);
        var advised = StandardAdvice.Read(response, time)?.Delay;
        return new AccessTokenAnswer { Failure = new(response.StatusCode, error?.Text("error"), error?.Text("error_description"), advised) };
    }

    // Whatever the server says of its charset: some call UTF-8 by a name that .NET does not know.
    private static JsonElement? Parse(byte[] body, HttpContent content) => TolerantJson.ObjectOrNull(BodyText.Decode(body, MediaType.Of(content)));
}
