namespace Payments;

/// <summary>The provider's process, started again when it was killed, always at the same address.</summary>
internal sealed class ProviderHost(Settings settings, Action<string> onCommitted) : IDisposable
{
    private ChildProcess? _process;
    private string? _address;

    public async Task<string> StartAsync()
    {
        var started = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new(["provider", .. (settings with { Provider = _address is null ? null : new(_address) }).ToArgs()], line =>
        {
            if (line.StartsWith("http", StringComparison.Ordinal))
                started.TrySetResult(line);
            else
                onCommitted(line);
        });
        return _address = await started.Task;
    }

    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await StartAsync();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }
}
