using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Calls whose chain or process is not the policies' alone.</summary>
internal static class CompanyRows
{
    public static IReadOnlyList<Row> All
    {
        get
        {
            var company = new Company();
            company.SetUp();
            var sixEmptyHandlers = new Subject(() => company.SixEmptyHandlers());
            return
            [
                // As the first row, after other clients have set keys, timeouts and partitions, and read advice: it costs nobody else anything.
                new("standard set, after calls of other clients / five empty handlers", new(() => company.StandardSet()), new(() => company.FiveEmptyHandlers())) { MaxTimeRatio = 0.95, MaxBytes = 500 },

                // A handler that might wait, and keep the token it is given: the total timeout needs a timer of its own, new for every call, and the
                // circuit breaker begins an attempt of its own. Against as many handlers that do nothing.
                new("standard set with a foreign handler between / six empty handlers", new(() => company.ForeignHandlerBetween()), sixEmptyHandlers) { MaxTimeRatio = 3.2, MaxBytes = 2_000 },

                // The same one innermost: only the attempt's timer is new for every call.
                new("standard set with a foreign handler innermost / six empty", new(() => company.ForeignHandlerInnermost()), sixEmptyHandlers) { MaxTimeRatio = 1.45, MaxBytes = 1_000 },
            ];
        }
    }
}
