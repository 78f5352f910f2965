namespace Resilience.Http.Outbox.Tests;

internal sealed record PayRequest(HttpMethod Method, Uri Address, string? Key, string? Authorization, string? ContentType, string Body);
