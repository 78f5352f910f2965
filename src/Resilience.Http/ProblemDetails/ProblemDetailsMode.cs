namespace Resilience.Http;

/// <summary>The form in which failures leave the client.</summary>
public enum ProblemDetailsMode
{
    /// <summary>As a thrown <see cref="ProblemDetailsException"/>.</summary>
    Throw,

    /// <summary>As a response whose body is <c>application/problem+json</c>; failures without a response get one made for them.</summary>
    Respond,
}
