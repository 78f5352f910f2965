using WireMock.Types;

namespace WireMock;

public interface IRequestMessage
{
    string Method { get; }

    string Path { get; }

    string Url { get; }

    string HttpVersion { get; }

    DateTime DateTime { get; }

    IDictionary<string, WireMockList<string>>? Headers { get; }

    IDictionary<string, WireMockList<string>>? Query { get; }

    string? Body { get; }

    byte[]? BodyAsBytes { get; }

    WireMockList<string>? GetParameter(string key, bool ignoreCase = false);
}
