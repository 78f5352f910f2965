namespace Resilience.Http;

/// <summary>A problem as the body of a response.</summary>
internal sealed class ProblemContent : ByteArrayContent
{
    public ProblemContent(Problem problem)
        : base(ProblemJson.Write(problem)) => Headers.TryAddWithoutValidation("Content-Type", ProblemJson.MediaType);

    /// <summary>Puts a problem in the place of the body that a response came with. Fields about that body go, others (Allow) stay.</summary>
    public static void Replace(HttpResponseMessage response, Problem problem)
    {
        using var original = response.Content;
        var content = new ProblemContent(problem);
        foreach (var (name, values) in original.Headers.NonValidated)
        {
            if (!name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                content.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = content;
    }
}
