namespace Resilience.Http;

/// <summary>Errors of Discord: a message with a numeric code, or with the wait in seconds and whether it is for everything.</summary>
internal static class DiscordError
{
    public static ProblemMembers? Read(ProblemSource source)
        => source.Json is { } body && body.Text("message") is { } message
            && (body.HasNumber("code") || (body.HasNumber("retry_after") && body.Member("global") is not null))
            ? new ProblemMembers
            {
                Detail = message,
                RetryAfter = DiscordAdvice.WaitOf(body),
                Extensions = NewJson.Members(
                    ("code", body.Member("code")),
                    ("global", body.Member("global")),
                    ("errors", body.Member("errors"))),
            }
            : null;
}
