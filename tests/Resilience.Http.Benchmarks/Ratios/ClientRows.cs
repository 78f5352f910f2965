using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Calls of an <see cref="HttpClient"/>, against Microsoft.Extensions.Http.Resilience.</summary>
internal static class ClientRows
{
    public static IReadOnlyList<Row> All
    {
        get
        {
            var clients = new Clients();
            clients.SetUp();
            return
            [
                // AddStandardPolicies against AddStandardResilienceHandler, less a bare client: what each adds to a call.
                new("added to a call of an HttpClient / Microsoft's standard handler", new(() => clients.StandardPolicies()), new(() => clients.MicrosoftStandardHandler()))
                {
                    Besides = new(() => clients.Bare()),
                    MaxTimeRatio = 0.15,
                    MaxBytesRatio = 0.25,
                },

                // The same two, with one retry without delay, less two calls of a bare client.
                new("503, then 200, less two bare calls / Microsoft's", new(() => clients.StandardPoliciesRetry()), new(() => clients.MicrosoftStandardHandlerRetries()))
                {
                    Besides = new(() => clients.TwoBare()),
                    MaxTimeRatio = 0.25,
                },
            ];
        }
    }
}
