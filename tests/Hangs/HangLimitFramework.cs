using System.Reflection;
using Resilience.Http.Tests.Hangs;
using Xunit.v3;

[assembly: TestFramework<HangLimitFramework>]

namespace Resilience.Http.Tests.Hangs;

/// <summary>xunit, with a limit for every test.</summary>
public sealed class HangLimitFramework(string? configFileName) : XunitTestFramework(configFileName)
{
    private readonly string? _configFileName = configFileName;

    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new HangLimitExecutor(new XunitTestAssembly(assembly, _configFileName));
}
