using System.Collections.ObjectModel;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>What a body says about a problem, member by member; what it does not say, or says in the wrong type, is null.</summary>
internal sealed record ProblemMembers
{
    public string? Type { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }

    public string? Instance { get; init; }

    public int? Status { get; init; }

    /// <summary>What the call came to, where the status alone would mislead.</summary>
    public OutcomeKind? Kind { get; init; }

    /// <summary>How long the body asks to wait. A field that asks for it counts for more.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the body is <c>application/problem+json</c> as it stands.</summary>
    public bool IsStandard { get; init; }

    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Takes the members of RFC 9457 §3.1 out of an object and leaves the others as extensions; of two by one name, the last.</summary>
    public static ProblemMembers From(JsonElement problem)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in problem.EnumerateObject())
        {
            if (member.NameOrNull is { } name)
                members[name] = member.Value;
        }

        return new ProblemMembers
        {
            Type = Take("type")?.TextOrNull,
            Title = Take("title")?.TextOrNull,
            Detail = Take("detail")?.TextOrNull,
            Instance = Take("instance")?.TextOrNull,
            Status = Take("status")?.StatusOrNull,
            Extensions = members,
        };

        JsonElement? Take(string name) => members.Remove(name, out var value) ? value : null;
    }
}
