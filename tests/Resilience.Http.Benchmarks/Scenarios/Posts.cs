using System.Net;
using System.Net.Http.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>
/// A POST of 2 KiB without an idempotency key, through the standard set: JSON, which is copied while it is sent or else is not, and bytes in memory,
/// which need no copy.
/// </summary>
[MemoryDiagnoser]
public class Posts
{
    internal const int BodyLength = 2_048;

    // A string and its quotes.
    private readonly string _text = new('x', BodyLength - 2);
    private readonly byte[] _bytes = new byte[BodyLength];
    private Chain _standard = null!;
    private Chain _withoutCopy = null!;
    private Chain _fiveEmpty = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _standard = Chain.OfPolicies(Ok());
        _withoutCopy = Chain.OfPolicies(Ok(), static client => client.AddStandardPolicies(static standard => standard.Retry.MaxBufferedRequestBytes = 0));
        _fiveEmpty = Chain.OfEmptyHandlers(Ok(), 5);
    }

    [Benchmark]
    public HttpStatusCode Json() => Post(_standard, JsonContent.Create(_text));

    [Benchmark]
    public HttpStatusCode JsonWithoutCopy() => Post(_withoutCopy, JsonContent.Create(_text));

    [Benchmark]
    public HttpStatusCode JsonThroughFiveEmptyHandlers() => Post(_fiveEmpty, JsonContent.Create(_text));

    [Benchmark]
    public HttpStatusCode Bytes() => Post(_standard, new ByteArrayContent(_bytes));

    [Benchmark(Baseline = true)]
    public HttpStatusCode BytesThroughFiveEmptyHandlers() => Post(_fiveEmpty, new ByteArrayContent(_bytes));

    private static HttpStatusCode Post(Chain chain, HttpContent content) => chain.Send(HttpMethod.Post, request => request.Content = content);

    private static Upstream Ok() => new(suspends: true, HttpStatusCode.OK);
}
