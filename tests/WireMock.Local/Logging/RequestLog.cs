using System.Collections.Immutable;
using WireMock.Matchers.Request;

namespace WireMock.Logging;

internal sealed class RequestLog(int? limit)
{
    private ImmutableList<ILogEntry> _entries = [];

    public IReadOnlyList<ILogEntry> Entries => [.. Volatile.Read(ref _entries)];

    public void Add(ILogEntry entry) => ImmutableInterlocked.Update(ref _entries, (entries, added) => Newest(entries.Add(added)), entry);

    public void Clear() => Volatile.Write(ref _entries, []);

    public IReadOnlyList<ILogEntry> Find(IRequestMatcher[] matchers)
        => matchers.Length == 0 || matchers.All(matcher => matcher.Count == 0)
            ? []
            : [.. Volatile.Read(ref _entries).Where(entry => matchers.All(matcher => matcher.Matches(entry.RequestMessage!)))];

    private ImmutableList<ILogEntry> Newest(ImmutableList<ILogEntry> entries)
        => entries.Count > limit ? entries.RemoveRange(0, entries.Count - limit.Value) : entries;
}
