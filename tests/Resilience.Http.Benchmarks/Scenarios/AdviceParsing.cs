using System.Net.Http.Headers;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Retry-After read from a response.</summary>
[MemoryDiagnoser]
public class AdviceParsing
{
    private HttpResponseMessage _response = null!;

    [Params("120", "Sun, 06 Nov 2094 08:49:37 GMT")]
    public string Value { get; set; } = "120";

    [GlobalSetup]
    public void SetUp() => _response = Advising(Value);

    [Benchmark]
    public TimeSpan? RetryAfter() => Http.RetryAfter.Read(_response, TimeProvider.System);

    [Benchmark(Baseline = true)]
    public bool RetryConditionHeader() => RetryConditionHeaderValue.TryParse(Value, out _);

    private static HttpResponseMessage Advising(string value)
    {
        var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", value);
        return response;
    }
}
