namespace Resilience.Http;

/// <summary>A content that stands in for a caller's, for one attempt.</summary>
internal interface IStandInContent
{
    RequestBody Body { get; }

    /// <summary>The last sending, of several if the transport sends the request more than once; null before the first.</summary>
    BodyWriter? Writer { get; set; }
}
