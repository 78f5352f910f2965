using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>What the tests of an SDK are made with.</summary>
public abstract class SdkBench
{
    // Waits pass as soon as they begin. A timeout is longer, so that it overtakes nothing that takes real time, such as the first steps of an SDK.
    private readonly VirtualClock _clock = new() { LongestJump = TimeSpan.FromSeconds(5) };

    private protected SdkHost Host(Action<UpstreamScript> script, Action<StandardPoliciesOptions>? configure = null, Action<IResilientHttpClientBuilder>? more = null)
        => new(_clock, Register, script, configure, more);

    /// <summary>Registers the client. Where the SDK has a verb for that, with it.</summary>
    private protected virtual IHttpClientBuilder Register(IServiceCollection services) => services.AddHttpClient("sdk", http => http.BaseAddress = new("https://sdk.test"));

    private protected static async Task<Exception?> FailureOfAsync(Func<Task> call) => await Record.ExceptionAsync(() => Task.Run(call));

    /// <summary>No answer, until the attempt times out.</summary>
    private protected Reply Stall(UpstreamAttempt attempt)
    {
        _clock.Advance(TimeSpan.FromMinutes(10));
        return Reply.Never();
    }

    private protected static Reply Json(string json) => Reply.Ok(json).WithHeader("Content-Type", "application/json");
}
