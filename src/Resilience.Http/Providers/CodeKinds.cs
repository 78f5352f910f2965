using System.Collections.Frozen;

namespace Resilience.Http;

/// <summary>What providers' codes mean where the status does not say it: a throttled call that is answered 400, or 200.</summary>
internal static class CodeKinds
{
    // Case, dashes and underscores are spelling. RFC 6749 §5.2 and RFC 6750 §3.1, Apollo's and Shopify's GraphQL codes, Slack's errors,
    // reasons of Google's older APIs, and the names of AWS that come with 400 or 403.
    private static readonly FrozenDictionary<string, OutcomeKind> Kinds = new Dictionary<OutcomeKind, string>
    {
        [OutcomeKind.Throttled] = """
            throttled throttling throttlingexception throttledexception requestthrottled requestthrottledexception toomanyrequests
            toomanyrequestsexception provisionedthroughputexceededexception requestlimitexceeded bandwidthlimitexceeded
            limitexceededexception priorrequestnotcomplete transactioninprogressexception ec2throttledexception slowdown ratelimited
            ratelimit ratelimitexceeded userratelimitexceeded
            """,
        [OutcomeKind.Unauthorized] = """
            unauthenticated unauthorized invalidclient invalidgrant invalidtoken notauthed invalidauth tokenexpired tokenrevoked
            accountinactive expiredtoken expiredtokenexception unrecognizedclientexception invalidclienttokenid
            invalidsignatureexception signaturedoesnotmatch authfailure incompletesignature missingauthenticationtoken
            missingauthenticationtokenexception
            """,
        [OutcomeKind.Forbidden] = """
            forbidden accessdenied accessdeniedexception unauthorizedclient unauthorizedoperation insufficientscope missingscope
            nopermission notallowedtokentype restrictedaction insufficientquota
            """,
        [OutcomeKind.NotFound] = "notfound resourcenotfoundexception channelnotfound usernotfound messagenotfound filenotfound",
        [OutcomeKind.Conflict] = """
            conflict conditionalcheckfailedexception resourceinuseexception transactionconflictexception
            transactioncanceledexception nametaken alreadyreacted alreadyinchannel
            """,
        [OutcomeKind.InvalidRequest] = """
            badrequest baduserinput graphqlparsefailed graphqlvalidationfailed persistedquerynotfound operationresolutionfailure
            invalidarguments invalidargname invalidjson invalidpostdata
            """,
        [OutcomeKind.ServerError] = "internalservererror internalerror fatalerror",
        [OutcomeKind.Unavailable] = "serviceunavailable temporarilyunavailable",
        [OutcomeKind.Timeout] = "timeout requesttimeout requesttimeoutexception",
    }.SelectMany(static pair => pair.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(code => (code, pair.Key)))
        .ToFrozenDictionary(static pair => pair.code, static pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null if the code says nothing about the kind, or nothing that is known.</summary>
    public static OutcomeKind? Of(string? code)
        => code is not null && Kinds.TryGetValue(code.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), out var kind)
            ? kind
            : null;
}
