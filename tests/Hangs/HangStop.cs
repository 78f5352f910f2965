using Xunit.Sdk;

namespace Resilience.Http.Tests.Hangs;

/// <summary>Stops the run after a test that reached its limit: the others might hang as well, each for that long.</summary>
internal sealed class HangStop(IMessageSink runner) : IMessageSink
{
    public bool OnMessage(IMessageSinkMessage message) =>
        runner.OnMessage(message) && message is not ITestFailed { Cause: FailureCause.Timeout };
}
