using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of Slack, which come with 200: <c>{"ok":false,"error":"channel_not_found"}</c>.</summary>
internal static class SlackError
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json is not { } body || body.Member("ok") is not { ValueKind: JsonValueKind.False } || body.Text("error") is not { } error)
            return null;

        return new ProblemMembers
        {
            Title = error is "" ? null : error,
            Kind = CodeKinds.Of(error),
            Extensions = NewJson.Members(
                ("code", NewJson.Text(error)),
                ("needed", body.Member("needed")),
                ("provided", body.Member("provided")),
                ("response_metadata", body.Member("response_metadata"))),
        };
    }

    /// <summary>The same of a response that claims success, of which the status says nothing.</summary>
    public static ProblemMembers? ReadSuccess(ProblemSource source)
        => Read(source) is { } members ? members with { Kind = members.Kind ?? OutcomeKind.ClientError } : null;
}
