namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/ProblemDetails/README.md, compiled.</summary>
public static class ProblemDetailsReadmeCode
{
    public static async Task ReadAsync(HttpClient client)
    {
        using var response = await client.GetAsync("orders/4711");
        if (await response.ReadProblemDetailsAsync() is { } problem)
            Console.WriteLine($"{problem.Kind}: {problem.Title}");
    }

    public static async Task<HttpResponseMessage> PassOnAsync(HttpClient client)
    {
        try
        {
            return await client.GetAsync("orders/4711");
        }
        catch (HttpRequestException exception)
        {
            return exception.ToProblem().ToResponse();
        }
    }
}
