using System.Text.Json.Serialization;

namespace Resilience.Http;

/// <summary>What is stored of a request, apart from its body.</summary>
internal sealed class EntryHead
{
    // They shape the answer, and a newer version of a program may send others.
    private static readonly HashSet<string> OfAnswers = new(["Accept", "Accept-Language", "Prefer", "Stripe-Version"], StringComparer.OrdinalIgnoreCase);

    public required string Method { get; init; }

    public required string Address { get; init; }

    [JsonIgnore]
    public Uri Uri => new(Address);

    public string Version { get; init; } = "1.1";

    public HttpVersionPolicy VersionPolicy { get; init; }

    public string? Partition { get; init; }

    /// <summary>The key as its caller wrote it into its header, where the client would write it in another way: to a server that is another key. Null otherwise.</summary>
    public string? WrittenKey { get; init; }

    /// <summary>The field that the key was written into when the call was kept; null if it is in the body, or was kept before this was stored.</summary>
    public string? KeyField { get; init; }

    public bool HasContent { get; init; }

    public Dictionary<string, string[]> Headers { get; init; } = [];

    public Dictionary<string, string[]> ContentHeaders { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Whether a request can be made of it: whoever can write the store can write anything.</summary>
    [JsonIgnore]
    public bool IsWhole => Method is { Length: > 0 } && Uri.TryCreate(Address, UriKind.Absolute, out _) && System.Version.TryParse(Version, out _)
        && Headers is not null && ContentHeaders is not null && Tags is not null && Headers.Values.Concat(ContentHeaders.Values).All(values => values is not null);

    /// <summary>What may choose the account that the call is for, in a fixed order.</summary>
    public IEnumerable<string> Context()
    {
        IEnumerable<(string Kind, string Name, string Value)> words =
        [
            .. Partition is null ? [] : new[] { ("partition", string.Empty, Partition) },
            .. Tags.Select(tag => ("tag", tag.Key, tag.Value)),
            .. Headers.Where(header => !OfAnswers.Contains(header.Key)).SelectMany(header => header.Value, (header, value) => ("header", header.Key.ToUpperInvariant(), value)),
        ];
        return words.OrderBy(word => word.Kind, StringComparer.Ordinal).ThenBy(word => word.Name, StringComparer.Ordinal).SelectMany(word => new[] { word.Kind, word.Name, word.Value });
    }
}

[JsonSerializable(typeof(EntryHead))]
internal sealed partial class EntryJson : JsonSerializerContext;
