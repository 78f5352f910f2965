using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>
/// A named <see cref="HttpClient"/> to which policies can be added. The order in which they are added is the order of the chain, outermost
/// first; every other extension of <see cref="IHttpClientBuilder"/> applies as well.
/// </summary>
public interface IResilientHttpClientBuilder : IHttpClientBuilder;
