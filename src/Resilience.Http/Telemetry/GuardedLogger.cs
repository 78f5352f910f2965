using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http;

/// <summary>A logger that does not throw: what is only told of must not fail because a provider of logs does, one whose disk is full for example.</summary>
internal sealed class GuardedLogger(ILogger logger) : ILogger
{
    /// <summary>The logger of the policies. Work in the background may outlive the container: then there is none.</summary>
    public static ILogger Of(ILoggerFactory factory)
    {
        try
        {
            return factory.CreateLogger(ClientSignals.SourceName) is var logger and not NullLogger ? new GuardedLogger(logger) : NullLogger.Instance;
        }
        catch (ObjectDisposedException)
        {
            return NullLogger.Instance;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return logger.BeginScope(state);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // There is nobody left to tell.
        }
    }
}
