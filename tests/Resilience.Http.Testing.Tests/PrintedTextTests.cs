using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests;

namespace Resilience.Http.Testing.Tests;

public sealed class PrintedTextTests
{
    private static readonly Uri Address = new(PrintedTypes.Address);

    [Fact]
    public async Task Is_listed_here_and_prints_no_secret_and_no_line_of_another()
    {
        using var upstream = new ScriptedUpstream(200);
        using var client = new HttpClient(upstream, disposeHandler: false);
        using var response = await client.GetAsync(Address, TestContext.Current.CancellationToken);
        await using var services = Services();

        PrintedTypes.Check(
            typeof(ScriptedUpstream).Assembly,
            new Dictionary<Type, Func<object?>>
            {
                [typeof(Fault)] = () => Fault.Redirect(PrintedTypes.Forged),
                [typeof(HandlerChain)] = () => services.GetHandlerChain("test"),
                [typeof(Reply)] = () => Reply.Throw(new HttpRequestException(PrintedTypes.Forged)),
                [typeof(ScriptedUpstream)] = () => upstream,
                [typeof(UpstreamAttempt)] = () => upstream.Attempts.Single(),
            },
            typeof(HandlerChain),
            typeof(ScriptedUpstream));
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("test", http => http.BaseAddress = Address).AddStandardPolicies();
        return services.BuildServiceProvider();
    }
}
