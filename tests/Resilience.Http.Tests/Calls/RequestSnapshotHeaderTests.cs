using System.Net.Http.Headers;
using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class RequestSnapshotHeaderTests
{
    [Fact]
    public void Undoes_what_handlers_do_to_headers()
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream/") { Content = new StringContent("body") };
        request.Headers.Add("X-Kept", "1");
        request.Headers.Add("X-Many", ["1", "2"]);
        request.Headers.UserAgent.ParseAdd("caller/1.0 (comment)");
        request.Headers.TryAddWithoutValidation("Accept", "not;;valid");
        var before = Headers(request);
        var snapshot = Snapshots.Of(request);

        request.Headers.Add("x-kept", "2");
        request.Headers.Remove("X-Many");
        request.Headers.UserAgent.Clear();
        request.Headers.Add("X-Added", "1");
        request.Headers.Remove("Accept");
        request.Content.Headers.Add("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==");
        request.Content.Headers.ContentType = null;
        snapshot.Restore(request);

        Headers(request).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Undoes_whatever_happens_to_headers()
    {
        var names = Gen.Elements("X-A", "X-B", "Accept", "User-Agent", "Via", "Authorization", "Date", "Cookie");
        var values = Gen.Elements("", "a", "b, c", "text/html", "Sat, 21 Nov 2026 12:00:30 GMT", " ");
        var edits = Gen.ListOf(Gen.Zip(names, Gen.Zip(values, Gen.Elements(true, false)))).ToArbitrary();

        Prop.ForAll(edits, edits, (written, rewritten) =>
        {
            var request = new HttpRequestMessage();
            Apply(written, request.Headers);
            var before = Headers(request);
            var snapshot = Snapshots.Of(request);

            Apply(rewritten, request.Headers);
            snapshot.Restore(request);

            return Headers(request).Order().SequenceEqual(before.Order());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public void Knows_any_number_of_headers(int count)
    {
        var request = new HttpRequestMessage();
        for (var i = 0; i < count; i++)
            request.Headers.Add($"X-{i}", "1");
        var before = Headers(request);
        var snapshot = Snapshots.Of(request);

        request.Headers.Clear();
        snapshot.Restore(request);

        Headers(request).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Leaves_untouched_headers_as_they_are()
    {
        var request = new HttpRequestMessage();
        var authorization = request.Headers.Authorization = new("Bearer", "token");
        var snapshot = Snapshots.Of(request);

        request.Headers.Add("X-Added", "1");
        snapshot.Restore(request);

        request.Headers.Authorization.Should().BeSameAs(authorization);
    }

    private static void Apply(IEnumerable<(string Name, (string Value, bool Keep) Edit)> edits, HttpRequestHeaders headers)
    {
        foreach (var (name, (value, keep)) in edits)
        {
            if (keep)
                headers.TryAddWithoutValidation(name, value);
            else
                headers.Remove(name);
        }

        _ = (headers.Accept.Count, headers.UserAgent.Count, headers.Date, headers.Authorization);
    }

    private static List<string> Headers(HttpRequestMessage request)
        => [.. request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default).Select(header => $"{header.Key}: {string.Join(" | ", header.Value)}")];
}
