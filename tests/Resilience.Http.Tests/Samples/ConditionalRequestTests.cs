using System.Net;
using GitHubFetcher;

namespace Resilience.Http.Tests;

public sealed class ConditionalRequestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Asks_whether_the_kept_answer_has_changed_and_gives_it_if_not()
    {
        using var upstream = new ScriptedUpstream((request, _) => request.Headers.IfNoneMatch.Count > 0
            ? new(HttpStatusCode.NotModified)
            : Tagged(new StringContent("[1]")));

        (await GetAsync(upstream)).Should().Be("[1]");
        (await GetAsync(upstream)).Should().Be("[1]");

        upstream.Attempts.Count.Should().Be(2);
    }

    [Fact]
    public async Task Disposes_a_response_whose_body_breaks_off()
    {
        using var upstream = new ScriptedUpstream((_, _) => Tagged(new StreamContent(new BrokenStream())));

        var getting = () => GetAsync(upstream);

        await getting.Should().ThrowAsync<HttpRequestException>();
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
        _folder.GetFiles().Should().BeEmpty();
    }

    private static HttpResponseMessage Tagged(HttpContent content) => new(HttpStatusCode.OK) { Content = content, Headers = { ETag = new("\"tag\"") } };

    private async Task<string> GetAsync(ScriptedUpstream upstream)
    {
        using var chain = new ConditionalRequestHandler(new(_folder.FullName)) { InnerHandler = upstream };
        using var invoker = new HttpMessageInvoker(chain, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.test/repositories");
        using var response = await invoker.SendAsync(request, Cancelled);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => ValueTask.FromException<int>(new IOException("Broken off."));
    }
}
