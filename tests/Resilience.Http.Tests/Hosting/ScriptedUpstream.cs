using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

/// <summary>A WireMock upstream that answers in turn, the last answer for good.</summary>
internal sealed class ScriptedUpstream : IDisposable
{
    public WireMockServer Server { get; } = WireMockServer.Start();

    public string Url => Server.Url!;

    public int Requests => Server.LogEntries.Count;

    public void Answer(params int[] statuses) => Answer([.. statuses.Select(status => Response.Create().WithStatusCode(status))]);

    public void Answer(params IResponseBuilder[] responses)
    {
        if (responses is [var only])
        {
            Server.Given(Request.Create().WithPath("/*")).RespondWith(only);
            return;
        }

        for (var step = 0; step < responses.Length; step++)
        {
            var scenario = Server.Given(Request.Create().WithPath("/*")).InScenario("script");
            if (step > 0)
                scenario = scenario.WhenStateIs($"{step}");
            scenario.WillSetStateTo($"{Math.Min(step + 1, responses.Length - 1)}").RespondWith(responses[step]);
        }
    }

    public void Dispose() => Server.Dispose();
}
