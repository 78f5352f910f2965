using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A pause that a redirect's target asks for, where a foreign handler puts the address of the request back.</summary>
public sealed class RedirectedPauseTests
{
    [Fact]
    public async Task Is_the_targets()
    {
        var clock = new VirtualClock();
        await using var instance = new Instance(
            clock, new InMemoryQuotaStore(clock), script: answers => answers.Answer(Reply.From((request, _) => Redirected(request))),
            inner: client => client.AddHttpMessageHandler(() => new PutsBack()).AddResilience());

        await instance.GetAsync();

        instance.Info.Quotas.Single().Pauses.Should().ContainSingle().Which.Authority.Should().Be("https://target.example:443");
    }

    [Fact]
    public void The_name_of_a_server_is_no_longer_than_the_DNS_allows()
    {
        var host = string.Concat(Enumerable.Repeat("a.", 5000)) + "example";

        AuthorityPauses.AuthorityOf(new($"https://alice:secret@{host}/")).Should().Be($"https://{host[..253]}:443");
        AuthorityPauses.AuthorityOf(new("https://\u00AD/")).Should().Be("https://\u00AD:443");
    }

    [Fact]
    public void A_host_that_cannot_be_a_name_is_a_server_too()
        => AuthorityPauses.AuthorityOf(new("https://a\u200db/")).Should().Be("https://a\u200db:443");

    private static Task<HttpResponseMessage> Redirected(HttpRequestMessage request)
    {
        request.RequestUri = new("https://target.example/");
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.Add("Retry-After", "7");
        return Task.FromResult(response);
    }

    private sealed class PutsBack : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = request.RequestUri;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = address;
            }
        }
    }
}
