namespace Resilience.Http;

/// <summary>An object of which nothing is known but a message, and perhaps a code beside it.</summary>
internal static class MessageOnly
{
    public static ProblemMembers? Read(ProblemSource source)
        => source.Json is { } body && body.Text("message") is { } message && body.Text("title") is null
            ? new ProblemMembers { Detail = message, Extensions = NewJson.Members(("code", NewJson.Text(body.Member("code")?.CodeOrNull))) }
            : null;
}
