using WireMock.Types;

namespace WireMock;

internal sealed class RequestMessage : IRequestMessage
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string Url { get; init; }

    public required string HttpVersion { get; init; }

    public required DateTime DateTime { get; init; }

    public required IDictionary<string, WireMockList<string>>? Headers { get; init; }

    public required IDictionary<string, WireMockList<string>>? Query { get; init; }

    public string? Body { get; init; }

    public byte[]? BodyAsBytes { get; init; }

    public WireMockList<string>? GetParameter(string key, bool ignoreCase = false)
        => Query?.FirstOrDefault(pair => pair.Key.Equals(key, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)).Value;
}
