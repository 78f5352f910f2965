namespace Payments;

/// <summary>One client's payment run, from its provider to its audit.</summary>
internal sealed class Run : IDisposable
{
    private readonly Settings _settings;
    private readonly int _kills;
    private readonly Random _random;
    private readonly SemaphoreSlim _committed = new(0, 1);
    private readonly ProviderHost _provider;
    private int _charged;
    private int _asked;
    private bool _wantsSignal;

    public Run(Settings settings, int kills)
    {
        (_settings, _kills, _random) = (settings, kills, new(settings.Seed));
        _provider = new(settings, OnCommitted);
    }

    public async Task<int> RunAsync()
    {
        var address = _settings.Provider?.ToString() ?? await _provider.StartAsync();
        var (exit, killed, providerKilled) = (0, 0, _settings.Provider is not null);
        while (true)
        {
            using var payer = new ChildProcess("payer", _settings, OnPayer, address);
            var end = payer.EndAsync();
            while (!end.IsCompleted)
            {
                await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
                if (!providerKilled && _charged > _settings.Customers * 6 / 10)
                {
                    providerKilled = true;
                    Say("SIGKILL of the provider");
                    await _provider.KillAsync();
                }

                if (killed < _kills && !end.IsCompleted && _charged >= _settings.Customers * (killed + 1) / (_kills + 2))
                {
                    Say($"SIGKILL {++killed} of the payer, {await AimAsync(killed, end)}");
                    await payer.KillAsync();
                    break;
                }
            }

            if (end is { IsCompleted: true } && (exit = await end) is 0 or 2)
                break;
        }

        Say($"the payer has ended ({exit}); the reconciler was asked {_asked} times");
        _provider.Dispose();
        using var auditor = new ChildProcess("auditor", _settings, Console.WriteLine);
        var verdict = await auditor.EndAsync();
        return verdict != 0 ? verdict : exit;
    }

    public void Dispose()
    {
        _provider.Dispose();
        _committed.Dispose();
    }

    // Random _kills hardly ever hit the moment that matters, so two of them wait for it.
    private async Task<string> AimAsync(int kill, Task end)
    {
        if (kill > 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(300)), TimeProvider.System);
            return "at random";
        }

        _wantsSignal = true;
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        var signal = _committed.WaitAsync(giveUp.Token);
        await Task.WhenAny(signal, end);
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
