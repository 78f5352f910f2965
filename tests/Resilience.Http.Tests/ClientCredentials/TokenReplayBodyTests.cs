using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Which bodies a 401 has sent once more.</summary>
public sealed class TokenReplayBodyTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public TokenReplayBodyTests() => _host = _tokens.Host();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_not_but_the_token_is_replaced()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        _tokens.Hold = request => request.Content?.CopyToAsync(Stream.Null, Cancelled) ?? Task.CompletedTask;
        using var content = new StreamContent(new OneShotStream(new byte[70_000]));

        var counted = await _tokens.CountAsync(async () =>
        {
            using var response = await _host.Client.PostAsync("/", content, Cancelled);
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        });
        (await _host.GetAsync()).Should().Be(200);

        counted.ResourceRequests.Should().Be(1);
        _tokens.Issuer.Requests.Should().Be(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_can_be_read_once_is_copied_and_sent_again(bool retries)
    {
        var tokens = new TokenServers();
        tokens.Accept("token-2");
        using var host = tokens.Host(outside: client => (retries ? client.AddRetry(retry => retry.MaxRetries = 0) : client).AddTotalTimeout());
        using var content = new StreamContent(new OneShotStream("body"u8.ToArray()));

        using var response = await host.Client.PutAsync("/", content, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true, false, 200)]
    [InlineData(true, true, 200)]
    [InlineData(false, false, 200)]
    [InlineData(false, true, 401)]
    public async Task A_body_that_an_inner_handler_has_packed_is_not_packed_twice(bool isStream, bool disposes, int status)
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        List<string> bodies = [];
        _tokens.Hold = async request =>
        {
            var written = request.Content!;
            bodies.Add(await written.ReadAsStringAsync(Cancelled));
            request.Content = new StringContent("packed");
            if (disposes)
                written.Dispose();
        };
        using HttpContent content = isStream ? new StreamContent(new OneShotStream("body"u8.ToArray())) : new StringContent("body");

        using var response = await _host.Client.PutAsync("/", content, Cancelled);

        ((int)response.StatusCode).Should().Be(status);
        bodies.Should().AllBe("body").And.HaveCount(status == 200 ? 2 : 1);
    }

    [Fact]
    public async Task A_body_made_by_a_factory_is_made_again()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetContentFactory(() => new StreamContent(new OneShotStream("body"u8.ToArray())));

        using var response = await _host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_body_of_a_factory_that_was_replaced_is_disposed_by_a_retry_too()
    {
        var tokens = new TokenServers();
        using var host = tokens.Host(outside: client => client.AddRetry());
        var answers = new Queue<int>([401, 503, 200]);
        tokens.Answer = _ => answers.Dequeue() is var status and not 401 ? new((HttpStatusCode)status) : TokenServers.Unauthorized();
        var bodies = new List<TrackedContent>();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() =>
        {
            bodies.Add(new(new StringContent("body")));
            return bodies[^1];
        });

        using var response = await host.Client.SendAsync(request, Cancelled);

        bodies.Select(body => body.IsDisposed).Should().Equal(true, true, false);
    }

    [Fact]
    public async Task A_factory_that_fails_hides_no_answer()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        var made = 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetContentFactory(() => ++made == 1 ? new StringContent("body") : throw new NotSupportedException());

        using var response = await _host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        _host.Log.Lines.Should().ContainSingle(line => line.StartsWith("Error 3: Client 'test': the callback for SetContentFactory failed."));
    }
}
