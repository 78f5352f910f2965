using System.Net;

namespace Resilience.Http.Tests;

public sealed class StubHandlerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_by_script_and_repeats_the_last_status()
    {
        using var stub = new StubHandler(503, 200);
        using var client = new HttpMessageInvoker(stub);

        HttpStatusCode[] statuses = [await StatusAsync(client), await StatusAsync(client), await StatusAsync(client)];

        statuses.Should().Equal(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK);
        stub.Requests.Should().Be(3);
    }

    [Fact]
    public async Task Knows_which_responses_were_disposed()
    {
        using var stub = new StubHandler(200);
        using var client = new HttpClient(stub);

        using var kept = await client.GetAsync("http://stub/", _cancelled);
        (await client.GetAsync("http://stub/", _cancelled)).Dispose();

        stub.Disposed.Should().Equal(false, true);
    }

    [Fact]
    public void Answers_synchronous_calls()
    {
        using var stub = new StubHandler((_, _) => new HttpResponseMessage { Content = new StringContent("hello") });
        using var client = new HttpClient(stub);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://stub/");

        using var response = client.Send(request, _cancelled);

        using var reader = new StreamReader(response.Content.ReadAsStream(_cancelled));
        reader.ReadToEnd().Should().Be("hello");
    }

    [Fact]
    public async Task Leaves_the_headers_and_the_length_of_the_content_alone()
    {
        using var stub = new StubHandler(async (_, _) =>
        {
            await Task.Yield();
            return new HttpResponseMessage { Content = new StringContent("hello") };
        });
        using var client = new HttpClient(stub);

        using var response = await client.GetAsync("http://stub/", _cancelled);

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
        response.Content.Headers.ContentLength.Should().Be(5);
        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be("hello");
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMessageInvoker client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://stub/");
        using var response = await client.SendAsync(request, _cancelled);
        return response.StatusCode;
    }
}
