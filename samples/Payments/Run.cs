namespace Payments;

/// <summary>One client's payment run, from its provider to its audit.</summary>
internal sealed class Run : IDisposable
{
    private readonly Settings _settings;
    private readonly int _kills;
    private readonly Random _random;
    private readonly SemaphoreSlim _committed = new(0, 1);
    private readonly ProviderHost _provider;
    private readonly ChildProcess[] _payers;
    private int _charged;
    private int _asked;
    private bool _wantsSignal;

    public Run(Settings settings, int kills)
    {
        (_settings, _kills, _random) = (settings, kills, new(settings.Seed));
        _provider = new(settings, OnCommitted);
        _payers = new ChildProcess[settings.Workers];
    }

    public async Task<int> RunAsync()
    {
        var address = _settings.Provider?.ToString() ?? await _provider.StartAsync();
        var payers = Task.WhenAll(Enumerable.Range(0, _settings.Workers).Select(worker => PayAsync(worker, address)));
        await Task.WhenAll(KillProviderAsync(payers), KillPayersAsync(payers));
        var exit = (await payers).Max();
        Say($"all payers have ended ({exit}); the reconciler was asked {_asked} times");
        _provider.Dispose();
        using var auditor = new ChildProcess("auditor", _settings, Console.WriteLine);
        var verdict = await auditor.EndAsync();
        // What still waits is neither lost nor charged yet.
        return exit != 0 ? exit : verdict;
    }

    public void Dispose()
    {
        _provider.Dispose();
        _committed.Dispose();
    }

    // Started again whenever it was killed.
    private async Task<int> PayAsync(int worker, string address)
    {
        while (true)
        {
            using var payer = new ChildProcess("payer", _settings with { Worker = worker }, OnPayer, address);
            _payers[worker] = payer;
            if (await payer.EndAsync() is (0 or 2) and var exit)
                return exit;
        }
    }

    private async Task KillProviderAsync(Task payers)
    {
        if (_settings.Provider is not null || !await WaitAsync(_settings.Customers * 6 / 10, payers))
            return;

        Say("SIGKILL of the provider");
        await _provider.KillAsync();
    }

    private async Task KillPayersAsync(Task payers)
    {
        for (var kill = 1; kill <= _kills && await WaitAsync(_settings.Customers * kill / (_kills + 2), payers); kill++)
        {
            var window = await AimAsync(kill, payers);
            // Whoever was killed just now has to be there again, or the kill hits nobody.
            while (!await _payers[kill % _settings.Workers].KillAsync() && !payers.IsCompleted)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            if (!payers.IsCompleted)
                Say($"SIGKILL {kill} of a payer, {window}");
        }
    }

    /// <summary>Waits until so many customers were handed in.</summary>
    private async Task<bool> WaitAsync(int charged, Task payers)
    {
        while (_charged < charged && !payers.IsCompleted)
            await Task.WhenAny(payers, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        return !payers.IsCompleted;
    }

    // Random kills hardly ever hit the moment that matters, so two of them wait for it.
    private async Task<string> AimAsync(int kill, Task payers)
    {
        if (kill > 2 || _settings.Provider is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(300)), TimeProvider.System);
            return "at random";
        }

        _wantsSignal = true;
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        var signal = _committed.WaitAsync(giveUp.Token);
        await Task.WhenAny(signal, payers);
        return signal.IsCompletedSuccessfully ? "between the provider's commit and its answer" : "at random";
    }

    private void OnCommitted(string line)
    {
        if (!_wantsSignal)
            return;
        _wantsSignal = false;
        _committed.Release();
    }

    private void OnPayer(string line)
    {
        if (line.StartsWith("asked", StringComparison.Ordinal))
            Interlocked.Increment(ref _asked);
        else if (line.StartsWith("waiting", StringComparison.Ordinal))
            Say($"outbox: {line}");
        else if (line.StartsWith("charged", StringComparison.Ordinal) && Interlocked.Increment(ref _charged) % 100 == 0)
            Say($"{_charged} of {_settings.Customers} handed in");
    }

    private void Say(string what) => Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {_settings.Client,-10} {what}");
}
