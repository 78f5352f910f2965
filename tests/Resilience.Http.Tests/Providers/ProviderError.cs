using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Resilience.Http.Tests;

/// <summary>What a provider answers, and the problem that it becomes.</summary>
internal static class ProviderError
{
    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Problem Read(int status, string body, params string[] fields)
    {
        using var response = Response(status, Encoding.UTF8.GetBytes(body), fields);
        return ProblemReader.Read(Outcome.FromResponse(response), Encoding.UTF8.GetBytes(body), FailedResponse.Limit);
    }

    /// <summary>A response with <c>Name: value</c> fields; of <c>application/json</c> if they do not say otherwise.</summary>
    public static HttpResponseMessage Response(int status, byte[] body, params string[] fields)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
        foreach (var field in fields)
        {
            var (name, value) = (field.Split(':')[0], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (!response.Content.Headers.NonValidated.Contains("Content-Type"))
            response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");

        return response;
    }

    /// <summary>The problem as JSON without its status, and without what is always the same.</summary>
    public static string Json(Problem problem)
    {
        var json = JsonNode.Parse(problem.ToJson())!.AsObject();
        json.Remove("status");
        if (problem.IsGeneric)
            json.Remove("type");

        return json.ToJsonString(Plain);
    }
}
