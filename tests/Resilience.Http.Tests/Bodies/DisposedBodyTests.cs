using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>An inner handler that puts another body in the place of a request's often disposes the one that it found.</summary>
public sealed class DisposedBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("JSON sequence")]
    [InlineData("one-shot")]
    [InlineData("multipart with one-shot")]
    public async Task Goes_again_all_the_same(string kind)
    {
        using var upstream = new ScriptedUpstream(503, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Packing()), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = RequestBodyTests.OneShot(kind, async: true) };

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts[1].Text.Should().Be(upstream.Attempts[0].Text).And.Contain("order");
    }

    [Fact]
    public async Task Hides_no_answer_where_it_cannot_go_again()
    {
        using var upstream = new ScriptedUpstream(503, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Packing()), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new StringContent("order") };

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.BodyNotReplayable);
    }

    [Fact]
    public async Task Is_made_anew_by_the_factory()
    {
        using var upstream = new ScriptedUpstream(503, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Packing()), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => new StringContent("order"));

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_disposed_when_the_call_has_ended()
    {
        var states = new List<bool>();
        using var content = new TrackedContent(new StringContent("order"));
        using var upstream = new ScriptedUpstream((_, _) =>
        {
            states.Add(content.IsDisposed);
            return new(states.Count == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        });
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Packing()), primary: upstream);

        using var response = await host.Client.PutAsync("/", content, Cancelled);

        states.Should().Equal(false, false);
        content.IsDisposed.Should().BeTrue();
    }

    /// <summary>Sends other content in place of the request's, as one that compresses does, and disposes that.</summary>
    private sealed class Packing : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using (var written = request.Content!)
                request.Content = new ByteArrayContent(await written.ReadAsByteArrayAsync(cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
