using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Bodies that may be another the second time are copied while they are sent, and the copy goes again.</summary>
public sealed class RequestBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("JSON sequence", true)]
    [InlineData("JSON sequence", false)]
    [InlineData("one-shot", true)]
    [InlineData("one-shot", false)]
    [InlineData("one-shot of known length", true)]
    [InlineData("trickle", true)]
    [InlineData("multipart with one-shot", true)]
    public async Task Goes_again_as_it_went_the_first_time(string kind, bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = OneShot(kind, async) };

        using var response = async ? await host.Client.SendAsync(request, Cancelled) : Send(host.Client, request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var (first, second) = (upstream.Attempts[0], upstream.Attempts[1]);
        first.Text.Should().Contain("order");
        second.Text.Should().Be(first.Text);
        Framing(second).Should().Equal(Framing(first));
    }

    [Theory]
    [InlineData(99, 1)]
    [InlineData(100, 2)]
    public async Task Goes_once_if_it_is_longer_than_the_limit(int limit, int requests)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = limit), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new StreamContent(new OneShotStream(new byte[100]), bufferSize: 30) };

        using var response = await host.Client.SendAsync(request, Cancelled);

        upstream.Attempts.Should().HaveCount(requests);
        if (requests == 1)
        {
            request.GetRetryReport()!.Reason.Should().Be(RetryStopReason.BodyNotReplayable);
            host.Log.Lines.Should().ContainMatch("*MaxBufferedRequestBytes*SetContentFactory*");
        }
    }

    [Fact]
    public async Task Survives_a_redirect_that_keeps_it()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(307).WithHeader("Location", "/there"), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);

        using var response = await host.Client.PostAsync("/", OneShot("one-shot", async: true), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(request => request.Text).Should().Equal("order", "order");
    }

    [Fact]
    public async Task Goes_again_untouched_if_it_was_never_read()
    {
        var unreachable = 0;
        using var transport = new ScriptedUpstream(async (request, cancelled) => ++unreachable == 1
            ? throw new HttpRequestException(HttpRequestError.ConnectionError)
            : new(HttpStatusCode.OK) { Content = new StringContent(await request.Content!.ReadAsStringAsync(cancelled)) });
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = 0), primary: transport);

        using var response = await host.Client.PostAsync("/", OneShot("one-shot", async: true), Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("order");
    }

    [Fact]
    public async Task Is_whole_though_the_wire_broke_under_it()
    {
        await using var upstream = ScriptedServer.Start(Reply.Reset(), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);

        using var response = await host.Client.PutAsync("/", OneShot("JSON sequence", async: true), Cancelled);

        upstream.Attempts.Should().ContainSingle().Which.Text.Should().Be("""["order",1,2]""");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Is_the_callers_content_again_when_the_call_has_ended(int status)
    {
        using var transport = new ScriptedUpstream((request, _) =>
        {
            request.Content.Should().NotBeOfType<StreamContent>();
            return status == 0 ? throw new HttpRequestException("boom") : new HttpResponseMessage((HttpStatusCode)status);
        });
        using var host = new TestHost(client => client.AddRetry(), primary: transport);
        using var content = OneShot("one-shot", async: true);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = content };

        try
        {
            (await host.Client.SendAsync(request, Cancelled)).Dispose();
        }
        catch (HttpRequestException)
        {
        }

        request.Content.Should().BeSameAs(content);
    }

    // HTTP/2 tears a stream down before its upload has noticed.
    [Fact]
    public async Task Is_not_sent_again_while_it_is_still_being_read()
    {
        var (wire, upload, hadEnded) = (new GatedStream(), Task.CompletedTask, false);
        using var transport = new ScriptedUpstream((request, _) =>
        {
            if (upload != Task.CompletedTask)
            {
                hadEnded = upload.IsCompleted;
                return new(HttpStatusCode.OK);
            }

            upload = request.Content!.CopyToAsync(wire, Cancelled);
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        });
        using var host = new TestHost(client => client.AddRetry(), primary: transport);
        using var content = new StreamContent(new MemoryStream("order"u8.ToArray()));

        var call = host.Client.PutAsync("/", content, Cancelled);
        SpinWait.SpinUntil(() => host.Clock.Timers.Count > 0, TimeSpan.FromSeconds(5)).Should().BeTrue();
        wire.Open();
        (await call).Dispose();

        hadEnded.Should().BeTrue();
    }

    [Fact]
    public async Task Is_waited_for_until_the_deadline_at_most()
    {
        var (wire, upload) = (new GatedStream(), Task.CompletedTask);
        using var transport = new ScriptedUpstream((request, _) =>
        {
            upload = request.Content!.CopyToAsync(wire, Cancelled);
            return Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ResponseEnded));
        });
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(3)).AddRetry(retry => retry.BaseDelay = TimeSpan.Zero).AddAttemptTimeout(TimeSpan.FromSeconds(1)), primary: transport);
        using var content = new StreamContent(new MemoryStream("order"u8.ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = content };

        var call = () => host.Client.SendAsync(request, Cancelled).WaitAsync(TimeSpan.FromSeconds(10), Cancelled);

        await call.Should().ThrowAsync<TotalTimeoutException>();
        request.GetRetryReport()!.ToString().Should().Be("1 attempt: DeadlinePassed");
        wire.Open();
        await upload;
    }

    [Fact]
    public async Task Can_be_read_by_an_inner_handler()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Signing()), upstream.Url);

        using var response = await host.Client.PutAsync("/", OneShot("JSON sequence", async: true), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(request => (request.Text, request.Headers["Signature"].Single())).Should().Equal(
            ("""["order",1,2]""", "13"), ("""["order",1,2]""", "13"));
    }

    [Theory]
    [InlineData(typeof(StringContent), false)]
    [InlineData(typeof(StreamContent), false)]
    [InlineData(typeof(JsonContent), true)]
    public async Task Is_duplex_over_HTTP_2_only_where_it_was(Type kind, bool expected)
    {
        HttpContent? sent = null;
        using var transport = new ScriptedUpstream((request, _) =>
        {
            sent = request.Content;
            return new HttpResponseMessage();
        });
        using var host = new TestHost(client => client.AddRetry(), primary: transport);
        using HttpContent content = kind == typeof(StringContent) ? new StringContent("order") : kind == typeof(StreamContent) ? OneShot("one-shot", async: true) : JsonContent.Create("order");

        using var response = await host.Client.PostAsync("/", content, Cancelled);

        (sent is not (ByteArrayContent or StreamContent)).Should().Be(expected);
    }

    internal static HttpContent OneShot(string kind, bool async) => kind switch
    {
        "JSON sequence" when async => JsonContent.Create(SequenceAsync()),
        "JSON sequence" => new OneShotJson(),
        "one-shot" => new StreamContent(new OneShotStream("order"u8.ToArray())),
        "one-shot of known length" => new StreamContent(new OneShotStream("order"u8.ToArray())) { Headers = { ContentLength = 5 } },
        "trickle" => new Trickle(),
        "multipart with one-shot" => new MultipartContent { new StreamContent(new OneShotStream("order"u8.ToArray())) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static HttpResponseMessage Send(HttpClient client, HttpRequestMessage request) => client.Send(request, Cancelled);

    private static string[] Framing(UpstreamAttempt request) => [.. request.Headers["Content-Length"], .. request.Headers["Transfer-Encoding"]];

    private static async IAsyncEnumerable<object> SequenceAsync()
    {
        yield return "order";
        await Task.Yield();
        yield return 1;
        yield return 2;
    }

    private sealed class Signing : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            request.Headers.Remove("Signature");
            request.Headers.Add("Signature", $"{body.Length}");
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _open.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>Writes another body the second time.</summary>
    private sealed class OneShotJson : HttpContent
    {
        private bool _isRead;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            SerializeToStream(stream, context, CancellationToken.None);
            return Task.CompletedTask;
        }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            stream.Write(_isRead ? "[]"u8 : """["order",1,2]"""u8);
            _isRead = true;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Writes in many small pieces, going off in between, and cannot tell its length.</summary>
    private sealed class Trickle : HttpContent
    {
        private int _times;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var letter in Encoding.UTF8.GetBytes($"order {++_times}"))
            {
                await Task.Yield();
                await stream.WriteAsync(new[] { letter });
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
