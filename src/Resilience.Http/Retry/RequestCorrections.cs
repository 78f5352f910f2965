using System.Net;

namespace Resilience.Http;

/// <summary>
/// What a server does not take as it was written, though the request by itself is fine: its connection (421, RFC 9110 §15.5.20) or its expectation
/// (417, §10.1.1). Each is corrected once, for the rest of the call; afterwards the message is the caller's again.
/// </summary>
internal sealed class RequestCorrections(RequestSnapshot written)
{
    private const string Expect = "Expect";

    private bool _leavesConnection;
    private bool _dropsExpectation;

    /// <summary>Whether the server complains of something that a request can do without.</summary>
    public static bool CouldHelp(in Outcome outcome) => outcome.Status is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ExpectationFailed;

    /// <summary>Whether the next attempt corrects what the server has complained of.</summary>
    /// <param name="outcome">What it said.</param>
    /// <param name="address">Where.</param>
    public bool TryAdd(in Outcome outcome, Uri? address) => outcome.Status switch
    {
        // HTTP/1.1 has connections of its own. On that version there is no other to be had, and without TLS nobody knows that a server speaks both.
        HttpStatusCode.MisdirectedRequest when outcome.Response is { Version.Major: >= 2 } && !IsInClear(address) && !_leavesConnection => _leavesConnection = true,
        HttpStatusCode.ExpectationFailed when written.HasHeader(Expect) && !_dropsExpectation => _dropsExpectation = true,
        _ => false,
    };

    /// <summary>Corrects the request, which is as the caller wrote it.</summary>
    public void Apply(HttpRequestMessage request)
    {
        if (_leavesConnection)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        if (_dropsExpectation)
            request.Headers.Remove(Expect);
    }

    /// <summary>Takes the corrections back.</summary>
    public void Undo(HttpRequestMessage request)
    {
        if (_leavesConnection)
            written.RestoreVersion(request);
        if (_dropsExpectation)
            written.RestoreHeader(Expect, request);
    }

    private static bool IsInClear(Uri? address) => address is { IsAbsoluteUri: true } && address.Scheme == Uri.UriSchemeHttp;
}
