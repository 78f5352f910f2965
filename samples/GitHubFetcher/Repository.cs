using System.Text.Json;

namespace GitHubFetcher;

/// <summary>As much of a repository as is listed.</summary>
internal sealed record Repository(string FullName, string? Description, string? Language, int StargazersCount, DateTimeOffset? PushedAt)
{
    public static JsonSerializerOptions Format { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
