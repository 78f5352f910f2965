using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of Stripe, OpenAI and those who took after them: <c>{"error":{"type","code","message","param"}}</c>. Of the objects that Stripe
/// encloses nothing is taken: a payment intent holds a secret.
/// </summary>
internal static class StripeError
{
    private static readonly string[] Members =
    [
        "decline_code", "advice_code", "network_advice_code", "network_decline_code", "param", "doc_url", "request_log_url", "charge",
        "payment_method_type", "user_message",
    ];

    private static readonly string[] RequestIds = ["Request-Id", "x-request-id"];

    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json?.Object("error") is not { } error || error.Text("type") is not { } type)
            return null;

        var code = error.Member("code")?.CodeOrNull ?? type;
        var extensions = NewJson.Members(
            ("error_type", error.Member("type")),
            ("code", NewJson.Text(code)),
            ("request_id", NewJson.Text(RequestIds.Select(source.Header).FirstOrDefault(static id => id is not null))));
        foreach (var name in Members)
        {
            if (error.Member(name) is { ValueKind: JsonValueKind.String } value)
                extensions[name] = value;
        }

        // OpenAI and Anthropic say 429, but no wait will help.
        return new ProblemMembers { Detail = error.Text("message"), Extensions = extensions, Kind = IsOutOfCredit(error, code) ? OutcomeKind.Forbidden : null };
    }

    private static bool IsOutOfCredit(JsonElement error, string code)
        => CodeKinds.IsOutOfCredit(code) || CodeKinds.IsOutOfCredit(error.Text("type")) || CodeKinds.IsOutOfCredit(error.Object("details")?.Text("error_code"));
}
