using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Tests;

namespace Resilience.Http.Yarp.Tests;

public sealed class PrintedTextTests
{
    [Fact]
    public void Is_listed_here() => PrintedTypes.Check(typeof(FailoverPolicy).Assembly, new Dictionary<Type, Func<object?>>());

    [Fact]
    public async Task Every_log_line_is_harmless()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("All:c:Retry:MaxRetries", "1")]).Build();
        using var log = new LogRecorder();
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(
            new GatewaySettings { Section = configuration.GetSection("All"), After = proxy => proxy.Services.AddLogging(logging => logging.AddProvider(log)) }, backend);

        configuration["All:c:TokenBucket:PermitsPerSecond"] = PrintedTypes.Secret + PrintedTypes.Forged;
        configuration.Reload();
        using var response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        log.Events.Should().Contain(PrintedTypes.LogEvents(typeof(FailoverPolicy).Assembly));
        foreach (var line in log.Lines)
            PrintedTypes.CheckText(line, line);
    }
}
