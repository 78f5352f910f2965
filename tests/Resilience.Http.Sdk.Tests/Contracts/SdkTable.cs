using Resilience.Http.Tests;

namespace Resilience.Http.Sdk.Tests;

/// <summary>The table of samples/README.md.</summary>
internal static class SdkTable
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("samples/README.md"));

    /// <summary>Its row must say that the SDK fails like this: after an outage, after a timeout, and when a circuit is open.</summary>
    public static void ShouldSay(string sdk, IEnumerable<Exception?> failures)
        => Lines.SingleOrDefault(line => line.StartsWith($"| {sdk} |", StringComparison.Ordinal), "")
            .Should().StartWith($"| {sdk} | {string.Join(" | ", failures.Select(Words))} |");

    /// <summary>The exception, and all inside it.</summary>
    public static IEnumerable<Exception> CausesOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static string Words(Exception? failure) => failure switch
    {
        null => "no exception",
        ResilienceException => $"ours: `{failure.GetType().Name}`",
        _ when CausesOf(failure).OfType<ResilienceException>().Any() => $"`{failure.GetType().Name}`, ours inside",
        _ => $"`{failure.GetType().Name}`",
    };
}
