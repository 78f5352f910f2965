using System.Diagnostics;
using System.Net.Http.Metrics;

namespace Resilience.Http;

/// <summary>Numbers retried attempts in the spans and metrics of the transport, which does not know of retries (<c>http.request.resend_count</c>).</summary>
internal static class ResendCount
{
    private const string Tag = "http.request.resend_count";
    private const string Transport = "System.Net.Http";

    // Each number is a time series, and a server that always fails must not decide how many there are: the last means as many or more.
    private const int MaxMeasured = 10;

    // Whoever listens to the transport's source listens to one of the same name.
    private static readonly ActivitySource Listened = new(Transport);
    private static readonly AsyncLocal<int> Ambient = new();
    private static readonly Lock Gate = new();
    private static volatile ActivityListener? _listener;

    /// <summary>Begins an attempt after the first; the settings know how many were sent before.</summary>
    public static void Begin(HttpRequestMessage request, RequestSettings settings)
    {
        // The callback of an attempt that never reached the transport is still there when a later one does.
        if (!settings.IsResendCounted && TransportMetrics.AreTaken)
        {
            HttpMetricsEnrichmentContext.AddCallback(request, Count);
            settings.IsResendCounted = true;
        }

        if (_listener is null && Listened.HasListeners())
            Listen();
        if (_listener is not null)
            Ambient.Value = settings.Resends;
    }

    /// <summary>Whether this runs within an attempt that has a number.</summary>
    public static bool IsUnderWay => _listener is not null && Ambient.Value != 0;

    /// <summary>Begins a call, which may be made by a handler within an attempt of another call.</summary>
    public static void Clear() => Ambient.Value = 0;

    private static void Count(HttpMetricsEnrichmentContext context)
    {
        var settings = RequestSettings.For(context.Request);
        settings.IsResendCounted = false;
        if (settings.Resends > 0)
            context.AddCustomTag(Tag, Math.Min(settings.Resends, MaxMeasured));
    }

    // It samples nothing: it sees the spans that others asked for. Without others there is none, so that HttpClient makes no spans in vain.
    private static void Listen()
    {
        lock (Gate)
        {
            if (_listener is not null)
                return;

            var listener = new ActivityListener { ShouldListenTo = static source => source.Name == Transport, ActivityStarted = Mark };
            ActivitySource.AddActivityListener(listener);
            _listener = listener;
        }
    }

    private static void Mark(Activity span)
    {
        if (Ambient.Value is > 0 and var count)
            span.SetTag(Tag, count);
    }
}
