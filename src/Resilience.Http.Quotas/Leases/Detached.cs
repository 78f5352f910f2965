namespace Resilience.Http;

/// <summary>Begins what serves many calls, so that it does not carry the context of the first.</summary>
internal static class Detached
{
    public static void Run(Action begin)
    {
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        begin();
    }
}
