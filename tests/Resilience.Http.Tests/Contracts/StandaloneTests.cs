using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>Handlers that are used without a container.</summary>
public sealed class StandaloneTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Handlers =>
        [.. typeof(PolicyHandler).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(PolicyHandler))).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Handlers))]
    public void Takes_a_clock_a_logger_and_a_meter_factory(string name)
    {
        var handler = typeof(PolicyHandler).Assembly.GetExportedTypes().Single(type => type.Name == name);

        handler.GetConstructors().Should().NotBeEmpty().And.OnlyContain(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ClientContext)));
    }

    [Fact]
    public async Task Runs_logs_and_measures_on_what_it_was_given()
    {
        using var log = new LogRecorder();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var client = new ClientContext { Name = "sdk", Time = new VirtualClock { LongestJump = TimeSpan.FromSeconds(4) }, LoggerFactory = loggers };
        using var invoker = new HttpMessageInvoker(StandardPolicies.CreateHandler(new ScriptedUpstream(503, 200), client: client));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        using var response = await invoker.SendAsync(request, Cancelled);

        log.Lines.Should().ContainSingle().Which.Should().StartWith("Information 100: Client 'sdk': GET upstream.test ended in 200");
    }
}
