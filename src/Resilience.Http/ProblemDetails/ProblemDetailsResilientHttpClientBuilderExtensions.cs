using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds problem details to a client.</summary>
public static class ProblemDetailsResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Makes every failure leave the client in one form, that of RFC 9457: thrown as <see cref="ProblemDetailsException"/> or, by
        /// option, returned as <c>application/problem+json</c>.
        /// </summary>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        /// <returns>The same builder; must come before the policies whose failures it is to see.</returns>
        public IResilientHttpClientBuilder AddProblemDetails(Action<ProblemDetailsOptions>? configure = null)
            => builder.AddPolicy(ProblemDetailsPolicy.Instance, configure);
    }
}
