using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

/// <summary>A WireMock upstream that answers in turn, the last answer for good; 200 until it is told otherwise.</summary>
internal sealed class WireMockUpstream : IDisposable
{
    public WireMockUpstream() => Answer(200);

    public WireMockServer Server { get; } = WireMockServer.Start();

    public string Url => Server.Url!;

    public int Requests => Server.LogEntries.Count;

    public void Answer(params int[] statuses) => Answer([.. statuses.Select(status => Response.Create().WithStatusCode(status))]);

    public void Answer(int status, string? retryAfter)
    {
        var response = Response.Create().WithStatusCode(status);
        Answer(retryAfter is null ? response : response.WithHeader("Retry-After", retryAfter));
    }

    public void Answer(params IResponseBuilder[] responses)
    {
        Server.ResetMappings();
        Server.ResetScenarios();
        if (responses is [var only])
        {
            Server.Given(Request.Create()).RespondWith(only);
            return;
        }

        for (var step = 0; step < responses.Length; step++)
        {
            var scenario = Server.Given(Request.Create()).InScenario("script");
            if (step > 0)
                scenario = scenario.WhenStateIs($"{step}");
            scenario.WillSetStateTo($"{Math.Min(step + 1, responses.Length - 1)}").RespondWith(responses[step]);
        }
    }

    public void Dispose() => Server.Dispose();
}
