using System.Globalization;

namespace GitHubFetcher;

/// <summary>How far a fetch is. Written by the one who fetches, read by the one who shows it.</summary>
internal sealed class FetchProgress(string name, Func<DateTimeOffset?> pausedUntil)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private string? _account;
    private int _pages;
    private int _lastPage;
    private int _repositories;

    public double Share => _lastPage > 0 ? (double)_pages / _lastPage : 0;

    public override string ToString()
    {
        var counts = _pages > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_account}: page {_pages} of {_lastPage}, {_repositories} repositories")
            : $"{_account ?? name}: asks";
        return pausedUntil() - Time.GetUtcNow() is { } left && left > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{counts}, limited, goes on in {TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)):h\\:mm\\:ss}")
            : counts;
    }

    public void Begin(string account) => (_account, _pages, _lastPage, _repositories) = ($"{name}, {account}", 0, 0, 0);

    public void Advance(int lastPage, int repositories)
    {
        _pages++;
        _lastPage = Math.Max(lastPage, _pages);
        _repositories += repositories;
    }
}
