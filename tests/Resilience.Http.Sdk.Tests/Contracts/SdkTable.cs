using Resilience.Http.Tests;

namespace Resilience.Http.Sdk.Tests;

/// <summary>The table of samples/README.md.</summary>
internal static class SdkTable
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("samples/README.md"));

    public static string RowOf(string sdk) => Lines.SingleOrDefault(line => line.StartsWith($"| {sdk} |", StringComparison.Ordinal), "");

    /// <summary>What a user of an SDK has to catch.</summary>
    public static string Words(Exception? failure) => failure switch
    {
        null => "no exception",
        ResilienceException => $"ours: `{failure.GetType().Name}`",
        _ when Inner(failure).OfType<ResilienceException>().Any() => $"`{failure.GetType().Name}`, ours inside",
        _ => $"`{failure.GetType().Name}`",
    };

    private static IEnumerable<Exception> Inner(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
            yield return inner;
    }
}
