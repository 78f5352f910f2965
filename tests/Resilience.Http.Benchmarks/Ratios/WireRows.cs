using System.Net;
using System.Text;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>The worst answers that a server can give within the bounds of the transport and of the options' defaults.</summary>
internal static class WireRows
{
    private const int HeaderBytes = 58 * 1024;
    private const int BodyBytes = 64 * 1024;
    private const int Rounds = 100;
    private const double MaxMilliseconds = 5;

    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    public static IEnumerable<Figure> All =>
    [
        .. Fields("RateLimit", "dictionary of 7,500 keys, twice each", string.Concat(Enumerable.Repeat(string.Concat(Enumerable.Range(0, 7_500).Select(Key)), 2))),
        .. Fields("RateLimit", "parameters", string.Concat(Enumerable.Range(0, 7_500).Select(key => $"a;{Key(key)}"))),
        .. Fields("RateLimit", "items", string.Concat(Enumerable.Range(0, 7_500).Select(key => $"\"{key}\";r=1,"))),
        .. Fields("Retry-After", "waits", string.Concat(Enumerable.Repeat("1,", HeaderBytes / 2))),
        .. Fields("X-RateLimit-Reset", "instants", string.Concat(Enumerable.Repeat("1,", HeaderBytes / 2))),
        .. Fields("X-RateLimit-Reset", "durations", string.Concat(Enumerable.Repeat("1s,", HeaderBytes / 3))),
        .. Fields("X-RateLimit-Reset", "one duration", string.Concat(Enumerable.Repeat("1s", HeaderBytes / 2))),
        Measure("1,500 fields about quotas", Answer(Enumerable.Range(0, 1_500).Select(i => ($"x-ratelimit-remaining-{i}", "1")), ""), ReadFields),
        Measure("2,000 dates in Retry-After and Date", Answer(Enumerable.Range(0, 2_000).Select(i => (i % 2 == 0 ? "Retry-After" : "Date", "Sat, 21 Nov 2026 12:00:30 XYZ")), ""), ReadFields),
        Body("XML, nested", "<a>", "<Error><Code>", "application/xml"),
        Body("XML, flat", "<a/>", "<Error><Code/>", "application/xml"),
        Body("JSON, nested", "[", "{\"errors\":", "application/json"),
        Body("JSON, flat", "{\"message\":\"m\",\"field\":\"f\"},", "{\"errors\":[", "application/json"),
    ];

    private static string Key(int key) => $"{(char)('a' + (key % 26))}{key / 26},";

    private static IEnumerable<Figure> Fields(string name, string what, string value)
        => [Measure($"{name}: {what}, 58 KiB", Answer([(name, value[..Math.Min(value.Length, HeaderBytes)])], ""), ReadFields)];

    private static Figure Body(string what, string piece, string start, string mediaType)
    {
        var body = start + string.Concat(Enumerable.Repeat(piece, (BodyBytes - start.Length) / piece.Length));
        var bytes = Encoding.UTF8.GetBytes(body);
        return Measure($"{what}, 64 KiB", Answer([], mediaType), response => ProblemReader.Read(Outcome.FromResponse(response), bytes, BodyBytes));
    }

    private static void ReadFields(HttpResponseMessage response) => StandardAdvice.Read(response, TimeProvider.System);

    private static HttpResponseMessage Answer(IEnumerable<(string Name, string Value)> fields, string mediaType)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in fields)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    // The runtime compiles what runs often, twice, and only after a while; until then it takes many times as long.
    private static void WarmUp(Subject subject)
    {
        var started = Clock.GetTimestamp();
        while (Clock.GetElapsedTime(started) < WarmUpTime)
            subject.Calibrate();
    }

    private static Figure Measure(string what, HttpResponseMessage response, Action<HttpResponseMessage> read)
    {
        var subject = new Subject(() => read(response));
        WarmUp(subject);
        for (var round = 0; round < Rounds; round++)
            subject.MeasureTime();

        var nanoseconds = subject.Times.Median;
        return new($"worst answer read: {what}", "time", nanoseconds, null, "ns", nanoseconds / 1e6, MaxMilliseconds);
    }
}
