namespace Resilience.Http;

/// <summary>A kept call with all that was stored of it, for those who have to find out what became of it. Not for logs.</summary>
public sealed class OutboxCall
{
    private readonly EntryContent _content;

    internal OutboxCall(OutboxRow row, EntryContent content) => (Entry, Key, _content) = (new(row), row.Key, content);

    /// <summary>What is known of it.</summary>
    public OutboxEntry Entry { get; }

    /// <summary>The idempotency key that it was handed in with.</summary>
    public string Key { get; }

    /// <summary>The key that it is sent with: another one, if the server replays a failure for the first and does not know the call.</summary>
    public string SentKey => Entry.Row.SentKey ?? Key;

    /// <summary>The method.</summary>
    public HttpMethod Method => new(_content.Head.Method);

    /// <summary>The address, without what is not stored.</summary>
    public Uri Address => _content.Head.Uri;

    /// <summary>What <c>SetOutboxTag</c> stored with it.</summary>
    public IReadOnlyDictionary<string, string> Tags => _content.Head.Tags;

    /// <summary>The body of the request.</summary>
    public ReadOnlyMemory<byte> Body => _content.Body;

    /// <summary>The entry.</summary>
    public override string ToString() => Entry.ToString();
}
