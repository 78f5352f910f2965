namespace Resilience.Http;

/// <summary>A problem sent as plain JSON, as X and servers older than RFC 7807's media type do: recognised by a type and a title.</summary>
internal static class LegacyProblem
{
    public static ProblemMembers? Read(ProblemSource source)
        => source.Json is { } problem && ProblemMembers.From(problem) is { Type: not null, Title: not null } members ? members : null;
}
