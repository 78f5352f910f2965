using System.Text.Json.Serialization;

namespace Resilience.Http;

/// <summary>What is stored of a request, apart from its body.</summary>
internal sealed class EntryHead
{
    public required string Method { get; init; }

    public required string Address { get; init; }

    public string Version { get; init; } = "1.1";

    public HttpVersionPolicy VersionPolicy { get; init; }

    public string? Partition { get; init; }

    public long? TimeoutMilliseconds { get; init; }

    public bool HasContent { get; init; }

    public Dictionary<string, string[]> Headers { get; init; } = [];

    public Dictionary<string, string[]> ContentHeaders { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];
}

[JsonSerializable(typeof(EntryHead))]
internal sealed partial class EntryJson : JsonSerializerContext;
