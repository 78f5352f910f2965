using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>A policy of any name and order, whose handler does as it is told.</summary>
/// <param name="name">The name.</param>
/// <param name="order">Where it may stand.</param>
public sealed class TestPolicy(string name, params PolicyOrder[] order) : Policy<TestPolicy.Settings>(name, order)
{
    /// <summary>Whether it stands inside retry.</summary>
    public bool IsInside { get; init; } = true;

    public bool SendsAgain { get; init; }

    /// <summary>Hears the name of a client with it.</summary>
    public Action<string>? OnRegister { get; init; }

    public Func<Handler, Sent, Task<HttpResponseMessage>> Send { get; init; } = static (handler, call) => handler.SendOnAsync(call);

    protected override IValidateOptions<Settings> Validator { get; } = new ValidateOptions<Settings>(null, settings => settings.Number >= 0, "Number: must not be negative.");

    protected override void Bind(IConfigurationSection section, Settings options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    protected override DelegatingHandler CreateHandler(PolicyContext<Settings> context) => new Handler(this, context);

    protected override void Register(IServiceCollection services, string client) => OnRegister?.Invoke(client);

    protected override string Describe(Settings options) => $"{options.Number}";

    public sealed class Settings
    {
        public int Number { get; set; }
    }

    public readonly record struct Sent(HttpRequestMessage Request, AttemptContext Attempt, CancellationToken Cancelled);

    public sealed class Handler(TestPolicy policy, PolicyContext<Settings> context) : PolicyHandler(context.Client, policy.IsInside)
    {
        protected override bool MaySendAgain => policy.SendsAgain;

        public static Task<HttpResponseMessage> RejectAsync(ResilienceException reason) => Reject(reason);

        public Task<HttpResponseMessage> SendOnAsync(Sent call) => SendInnerAsync(call.Request, call.Attempt, call.Cancelled);

        public ValueTask<bool> PauseAsync(TimeSpan wait, Sent call) => WaitAsync(wait, call.Attempt, call.Cancelled);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
            => policy.Send(this, new(request, attempt, cancellationToken));
    }
}
