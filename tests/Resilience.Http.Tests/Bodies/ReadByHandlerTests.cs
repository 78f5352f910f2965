using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A handler inside retry that reads the body as a stream, as one does that signs it.</summary>
public sealed class ReadByHandlerTests
{
    private const string Text = "{\"order\":\"one of many\"}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("JSON", true)]
    [InlineData("JSON", false)]
    [InlineData("JSON sequence", true)]
    [InlineData("unknown", true)]
    [InlineData("seekable", true)]
    [InlineData("seekable", false)]
    [InlineData("multipart", true)]
    public async Task Does_not_keep_it_from_going_again_to_a_server_that_was_not_there(string kind, bool async)
    {
        List<string> sent = [];
        using var upstream = Upstream(sent, _ => throw new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused)));

        var read = await SendAsync(kind, async, upstream);

        read.Should().HaveCount(2).And.AllBe(read[0]).And.NotContain(string.Empty);
        sent.Should().Equal(read[0]);
    }

    [Theory]
    [InlineData("JSON", true)]
    [InlineData("JSON sequence", true)]
    [InlineData("unknown", true)]
    [InlineData("seekable", true)]
    [InlineData("seekable", false)]
    [InlineData("seekable from its middle", true)]
    [InlineData("seekable without length", true)]
    [InlineData("seekable without length", false)]
    [InlineData("multipart", true)]
    [InlineData("multipart of a file", true)]
    [InlineData("multipart of a file", false)]
    public async Task Sees_all_of_it_on_every_attempt(string kind, bool async)
    {
        List<string> sent = [];
        using var upstream = Upstream(sent, async request =>
        {
            sent.Add(await request.Content!.ReadAsStringAsync(Cancelled));
            return new(HttpStatusCode.ServiceUnavailable);
        });

        var read = await SendAsync(kind, async, upstream);

        read.Should().HaveCount(2).And.AllBe(read[0]).And.NotContain(string.Empty);
        sent.Should().HaveCount(2).And.AllBe(read[0]);
    }

    [Theory]
    [InlineData("JSON")]
    [InlineData("JSON sequence")]
    [InlineData("unknown")]
    [InlineData("seekable")]
    [InlineData("seekable from its middle")]
    [InlineData("seekable without length")]
    [InlineData("seekable, of a type of its own")]
    [InlineData("multipart of a file")]
    public async Task Sees_all_of_it_with_the_second_token(string kind)
    {
        List<string> sent = [];
        using var upstream = Upstream(sent, async request =>
        {
            sent.Add(await request.Content!.ReadAsStringAsync(Cancelled));
            return new(HttpStatusCode.Unauthorized);
        });
        var tokens = new TokenServers();

        var read = await SendAsync(kind, async: true, upstream, client =>
        {
            client.AddClientCredentials(options =>
            {
                (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new("https://login.test/token"), "id", "hush");
                options.AllowedOrigins.Add(new("http://upstream.test"));
            });
            client.Services.AddHttpClient("Resilience.Http.Token:test").ConfigurePrimaryHttpMessageHandler(() => tokens.Issuer.Handler);
        });

        read.Should().HaveCount(2).And.AllBe(read[0]).And.NotContain(string.Empty);
        sent.Should().HaveCount(2).And.AllBe(read[0]);
    }

    // .NET disposes a content that is read without async when the token is cancelled.
    [Fact]
    public async Task Is_whole_when_the_time_of_the_attempt_was_over_meanwhile()
    {
        List<string> sent = [];
        using var upstream = new ScriptedUpstream(async (request, _) =>
        {
            sent.Add(await request.Content!.ReadAsStringAsync(Cancelled));
            return new(HttpStatusCode.OK);
        });
        var clock = new VirtualClock();
        var content = new Slow(clock);
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.Zero).AddAttemptTimeout(TimeSpan.FromSeconds(1)).AddHttpMessageHandler(() => new Reads()), primary: upstream, clock: clock);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = content };

        using var response = await host.SendAsync(request, async: false);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        sent.Should().Equal("an order");
    }

    private static async Task<List<string>> SendAsync(string kind, bool async, HttpMessageHandler upstream, Action<IResilientHttpClientBuilder>? configure = null)
    {
        var reads = new Reads();
        using var host = new TestHost(
            client =>
            {
                client.AddRetry();
                configure?.Invoke(client);
                client.AddHttpMessageHandler(() => reads);
            },
            primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = ContentOf(kind) };

        using var response = await host.SendAsync(request, async);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return reads.Read;
    }

    private static ScriptedUpstream Upstream(List<string> sent, Func<HttpRequestMessage, Task<HttpResponseMessage>> first)
    {
        var requests = 0;
        return new(async (request, _) =>
        {
            if (requests++ == 0)
                return await first(request);

            sent.Add(await request.Content!.ReadAsStringAsync(Cancelled));
            return new(HttpStatusCode.OK);
        });
    }

    private static HttpContent ContentOf(string kind) => kind switch
    {
        "JSON" => JsonContent.Create(new { order = "one of many" }),
        "JSON sequence" => JsonContent.Create(OnceAsync()),
        "unknown" => new Unknown(),
        "multipart" => new MultipartFormDataContent("b") { { new StringContent(Text), "order" } },
        "multipart of a file" => new MultipartFormDataContent("b") { { new StringContent(Text), "order" }, { new StreamContent(new MemoryStream("a file"u8.ToArray())), "file", "one.txt" } },
        "seekable without length" => new StreamContent(new MemoryStream("xx an order"u8.ToArray()) { Position = 3 }) { Headers = { ContentLength = null } },
        "seekable, of a type of its own" => new Own(),
        "seekable" => new StreamContent(new MemoryStream("an order"u8.ToArray())),
        _ => new StreamContent(new MemoryStream("xx an order"u8.ToArray()) { Position = 3 }),
    };

    private static async IAsyncEnumerable<string> OnceAsync()
    {
        await Task.Yield();
        yield return "order";
    }

    private sealed class Reads : DelegatingHandler
    {
        public List<string> Read { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await NoteAsync(await request.Content!.ReadAsStreamAsync(cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            NoteAsync(request.Content!.ReadAsStream(cancellationToken)).GetAwaiter().GetResult();
            return base.Send(request, cancellationToken);
        }

        private async Task NoteAsync(Stream body)
        {
            var start = body.Position;
            using var reader = new StreamReader(body, leaveOpen: true);
            Read.Add(await reader.ReadToEndAsync(Cancelled));
            body.Position = start;
        }
    }

    private sealed class Own() : StreamContent(new MemoryStream("an order"u8.ToArray()));

    /// <summary>While it is read the time of the attempt passes.</summary>
    private sealed class Slow(VirtualClock clock) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("an order"u8.ToArray()).AsTask();

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            stream.Write("an order"u8);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Unknown : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("an order"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
