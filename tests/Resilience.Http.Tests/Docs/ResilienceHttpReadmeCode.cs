using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/README.md, compiled.</summary>
public static partial class ResilienceHttpReadmeCode
{
    public sealed class AttemptHeaderOptions
    {
        /// <summary>The header. The default is <c>X-Attempt</c>.</summary>
        [Mandatory]
        public string Name { get; set; } = "X-Attempt";
    }

    [OptionsValidator]
    internal sealed partial class AttemptHeaderOptionsValidator : IValidateOptions<AttemptHeaderOptions>;

    public sealed class AttemptHeaderPolicy : Policy<AttemptHeaderOptions>
    {
        private AttemptHeaderPolicy()
            : base("AttemptHeader", PolicyOrder.Inside("Retry", "every attempt has a number of its own"))
        {
        }

        public static AttemptHeaderPolicy Instance { get; } = new();

        protected override IValidateOptions<AttemptHeaderOptions> Validator { get; } = new AttemptHeaderOptionsValidator();

        protected override void Bind(IConfigurationSection section, AttemptHeaderOptions options)
            => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

        protected override DelegatingHandler CreateHandler(PolicyContext<AttemptHeaderOptions> context) => new AttemptHeaderHandler(context);

        protected override string Describe(AttemptHeaderOptions options) => options.Name;
    }

    internal sealed class AttemptHeaderHandler(PolicyContext<AttemptHeaderOptions> context) : PolicyHandler(context.Client)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation(context.Options.Name, $"{attempt.Number}");
            return SendInnerAsync(request, attempt, cancellationToken);
        }
    }

    public static void Use(IServiceCollection services)
    {
        services.AddResiliencePolicy(AttemptHeaderPolicy.Instance);     // known to configuration, as a section AttemptHeader
        services.AddResilientHttpClient("orders")
            .AddRetry()
            .AddPolicy(AttemptHeaderPolicy.Instance, header => header.Name = "X-Try");
    }
}
