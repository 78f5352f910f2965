using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Resilience.Http.Tests.Hangs;

/// <summary>Gives every test the same limit; one that hangs fails, and no further ones are started.</summary>
internal sealed class HangLimitExecutor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public override ValueTask RunTestCases(
        IReadOnlyCollection<IXunitTestCase> testCases,
        IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions,
        CancellationToken cancellationToken)
    {
        foreach (var testCase in testCases.OfType<XunitTestCase>().Where(testCase => testCase.Timeout == 0))
            SetTimeout(testCase, (int)Limit.TotalMilliseconds);

        return base.RunTestCases(testCases, new HangStop(executionMessageSink), executionOptions, cancellationToken);
    }

    // xunit knows a limit for one test, by its attribute, but none for all of them.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Timeout")]
    private static extern void SetTimeout(XunitTestCase testCase, int milliseconds);
}
