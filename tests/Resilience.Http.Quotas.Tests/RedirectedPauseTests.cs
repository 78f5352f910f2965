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
    public async Task Takes_no_place_of_one_that_a_called_server_asks_for_neither_here_nor_in_the_store()
    {
        var clock = new VirtualClock();
        var store = new InMemoryQuotaStore(clock);
        var invented = 0;
        void Script(UpstreamScript answers) => answers.Answer(Reply.From((request, _) => Redirected(request, request.RequestUri!.Host is "evil.example" ? $"invented{invented++}.example" : null)));
        await using var instance = new Instance(clock, store, quota => quota.PartitionBy = _ => "account", Script);
        await using var other = new Instance(clock, store, quota => quota.PartitionBy = _ => "account", Script);

        for (var target = 0; target < 120; target++)
            await instance.GetAsync("https://evil.example/");
        await instance.GetAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await instance.GetAsync("https://evil.example/");
        await other.GetAsync("https://evil.example/");

        instance.Info.Quotas.Single().Pauses.Should().HaveCount(100).And.Contain(pause => pause.Authority == "https://shop.example:443");
        other.Info.Quotas.Single().Pauses.Should().HaveCount(2).And.Contain(pause => pause.Authority == "https://shop.example:443");
    }

    [Fact]
    public void Gives_way_first_and_stays_away_where_all_others_were_called()
    {
        var clock = new VirtualClock();
        var (pauses, now) = (new AuthorityPauses(clock, () => TimeSpan.FromHours(1)), clock.GetTimestamp());
        for (var called = 0; called < 99; called++)
            pauses.Add($"called{called}", wasCalled: true, TimeSpan.FromSeconds(1), now);

        var begun = new[] { "invented", "invented too" }.Select(target => pauses.Add(target, wasCalled: false, TimeSpan.FromHours(1), now)).ToArray();
        pauses.Add("called too", wasCalled: true, TimeSpan.FromSeconds(1), now).Should().BeTrue();
        var late = pauses.Add("invented", wasCalled: false, TimeSpan.FromHours(1), now);

        begun.Should().Equal(true, true);
        late.Should().BeFalse();
        pauses.All.Should().HaveCount(100).And.OnlyContain(pause => pause.Authority.StartsWith("called"));
    }

    [Fact]
    public void One_that_a_full_store_had_no_room_for_stays()
    {
        var clock = new VirtualClock();
        var pauses = new AuthorityPauses(clock, () => TimeSpan.FromHours(1));
        pauses.Add("https://shop.example:443", wasCalled: true, TimeSpan.FromSeconds(30), clock.GetTimestamp());
        pauses.Shared("https://shop.example:443");

        Replace(100);
        var whileFull = pauses.LeftFor(new("https://shop.example/"), clock.GetTimestamp());
        pauses.Add("https://late.example:443", wasCalled: true, TimeSpan.FromSeconds(20), clock.GetTimestamp());
        pauses.Shared("https://late.example:443");
        Replace(99);

        whileFull.Should().Be(TimeSpan.FromSeconds(30));
        pauses.LeftFor(new("https://late.example/"), clock.GetTimestamp()).Should().Be(TimeSpan.FromSeconds(20));

        void Replace(int others)
            => pauses.Replace([.. Enumerable.Range(0, others).Select(other => new QuotaPause($"https://{other}.example:443", TimeSpan.FromHours(1)))], clock.GetTimestamp());
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

    private static Task<HttpResponseMessage> Redirected(HttpRequestMessage request, string? target = "target.example")
    {
        if (target is not null)
            request.RequestUri = new($"https://{target}/");
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.Add("Retry-After", target is null ? "30" : "3600");
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
