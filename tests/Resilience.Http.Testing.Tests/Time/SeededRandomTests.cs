using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public async Task Makes_the_same_waits_from_the_same_seed()
    {
        var (first, again, other) = (await WaitsAsync(7), await WaitsAsync(7), await WaitsAsync(8));

        first.Should().HaveCount(3).And.Equal(again).And.NotEqual(other);
    }

    private static async Task<IReadOnlyList<TimeSpan>> WaitsAsync(int seed)
    {
        var upstream = new ScriptedUpstream(503);
        await using var hosted = new Hosted(services => services.AddSeededRandom(seed).AddScriptedUpstream("payments", upstream));
        using var response = await hosted.GetAsync();
        return upstream.Waits;
    }
}
