using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds timeouts to a client.</summary>
public static class TimeoutResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Bounds the whole call, whatever sends it: queueing, all attempts, the waits between them and the buffered body. At the bound the call
        /// ends in a <see cref="TotalTimeoutException"/>. No wait starts that would end after it. A body that streams is not bounded; <c>GetFromJsonAsync</c>
        /// streams those of unknown length, and what bounds it is the timeout of the <see cref="HttpClient"/>, where it has one. If the <see cref="HttpClient"/> has a shorter
        /// timeout of its own, that one ends the call, in a <see cref="TaskCanceledException"/> as usual.
        /// </summary>
        /// <param name="timeout">From 10 milliseconds to 24 hours; the default is 30 seconds.</param>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddTotalTimeout(TimeSpan timeout)
            => builder.AddTotalTimeout(options => options.Timeout = timeout);

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddTotalTimeout(TimeSpan)"/>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        public IResilientHttpClientBuilder AddTotalTimeout(Action<TotalTimeoutOptions>? configure = null)
            => builder.AddPolicy(TotalTimeoutPolicy.Instance, configure);

        /// <summary>Ends an attempt that takes too long in an <see cref="AttemptTimeoutException"/>.</summary>
        /// <param name="timeout">From 10 milliseconds to 24 hours; the default is 10 seconds.</param>
        /// <returns>The same builder; policies added after this one run inside the timeout.</returns>
        public IResilientHttpClientBuilder AddAttemptTimeout(TimeSpan timeout)
            => builder.AddAttemptTimeout(options => options.Timeout = timeout);

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddAttemptTimeout(TimeSpan)"/>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        public IResilientHttpClientBuilder AddAttemptTimeout(Action<AttemptTimeoutOptions>? configure = null)
            => builder.AddPolicy(AttemptTimeoutPolicy.Instance, configure);
    }
}
