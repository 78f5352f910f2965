using System.Collections.Frozen;

namespace Resilience.Http;

/// <summary>What providers' codes mean where the status does not say it: a throttled call that is answered 400, or 200.</summary>
internal static class CodeKinds
{
    // Accounts without credit, or at a limit that a day or a month resets. Billing of OpenAI, Anthropic and X; daily quotas of Google.
    private const string NoCredit = """
        insufficientquota creditbalanceexhausted organizationspendlimitexceeded projectspendlimitexceeded organizationusagelimitexceeded
        billingnotactive billinghardlimitreached billingerror enforcedspendlimitreached usagecapexceeded creditsdepleted
        quotaexceeded dailylimitexceeded dailylimitexceededunreg
        """;

    // Case, dashes and underscores are spelling. RFC 6749 §5.2 and RFC 6750 §3.1, Apollo's and Shopify's GraphQL codes, Slack's errors,
    // reasons of Google's older APIs, the names of AWS and the codes of Azure that come with 4xx.
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
        [OutcomeKind.Forbidden] = $"""
            forbidden accessdenied accessdeniedexception unauthorizedclient unauthorizedoperation insufficientscope missingscope
            nopermission notallowedtokentype restrictedaction {NoCredit}
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
        [OutcomeKind.Unavailable] = "serviceunavailable temporarilyunavailable idpcommunicationerror serverbusy retryableerror anotheroperationinprogress",
        [OutcomeKind.Timeout] = "timeout requesttimeout requesttimeoutexception operationtimedout",
    }.SelectMany(static pair => Words(pair.Value).Select(code => (code, pair.Key)))
        .ToFrozenDictionary(static pair => pair.code, static pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> OutOfCredit = Words(NoCredit).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null if the code says nothing about the kind, or nothing that is known.</summary>
    public static OutcomeKind? Of(string? code)
        => code is not null && Kinds.TryGetValue(Spell(code), out var kind) ? kind : null;

    /// <summary>Whether the account has no credit, or has used up a quota for longer than any call waits.</summary>
    public static bool IsOutOfCredit(string? code) => code is not null && OutOfCredit.Contains(Spell(code));

    /// <summary>The advice with what a code adds to it: that a limit rejected the call, that another attempt may succeed, or that none will.</summary>
    public static ServerAdvice? Advise(ServerAdvice? advice, string? code) => Of(code) switch
    {
        (OutcomeKind.Throttled or OutcomeKind.ServerError or OutcomeKind.Unavailable or OutcomeKind.Timeout) and var kind => (advice ?? new()) with { Kind = kind },
        _ when IsOutOfCredit(code) => (advice ?? new()) with { Kind = OutcomeKind.Forbidden },
        _ => advice,
    };

    private static string Spell(string code) => code.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
