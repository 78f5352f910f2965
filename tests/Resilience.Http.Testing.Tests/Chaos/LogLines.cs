using Microsoft.Extensions.Logging;

namespace Resilience.Http.Testing.Tests;

/// <summary>What was logged: the number of each line, and its text.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public List<string> All { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => All.Add($"{eventId.Id} {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
