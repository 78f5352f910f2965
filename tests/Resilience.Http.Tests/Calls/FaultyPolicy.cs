using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>A policy that joins every attempt and fails when it ends.</summary>
public sealed class FaultyPolicy() : Policy<FaultyPolicy.Settings>("Faulty")
{
    public static FaultyPolicy Instance { get; } = new();

    protected override IValidateOptions<Settings> Validator { get; } = new ValidateOptions<Settings>(null, _ => true, string.Empty);

    protected override void Bind(IConfigurationSection section, Settings options) => section.Bind(options);

    protected override DelegatingHandler CreateHandler(PolicyContext<Settings> context) => new Handler(context.Client);

    public sealed class Settings;

    private sealed class Handler(ClientContext client) : PolicyHandler(client), IAttemptObserver
    {
        public void OnEnded(in AttemptResult result, object? state, long joinedAt) => throw new NotSupportedException();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
        {
            attempt.Join(this);
            return SendInnerAsync(request, attempt, cancellationToken);
        }
    }
}
