namespace Resilience.Http;

/// <summary>A body that the request's factory can make anew.</summary>
internal sealed class MadeBody(HttpContent written, ContentFactory contents, long limit, ClientContext client) : RequestBody(written, limit, client.Time)
{
    public override HttpContent? MakeAnew() => contents.TryMake(client, Written.Headers);
}
