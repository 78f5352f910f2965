using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>Changes of the configuration at awkward moments, and from more than one place.</summary>
public sealed class ClientReloadTests : IDisposable
{
    private readonly HookedProvider _values = new();
    private readonly IConfigurationRoot _configuration;
    private TestHost? _host;

    public ClientReloadTests()
    {
        _values.Set("api:Retry:MaxRetries", "5");
        _configuration = new ConfigurationBuilder().Add(_values).Build();
    }

    public void Dispose() => _host?.Dispose();

    [Fact]
    public async Task A_provider_can_be_disposed_while_a_change_is_read()
    {
        Open();
        using var reading = new ManualResetEventSlim();
        using var disposing = new ManualResetEventSlim();
        _values.OnRead = () =>
        {
            reading.Set();
            disposing.Wait(TestContext.Current.CancellationToken);
        };

        var changing = Task.Run(() => Change("api:Retry:MaxRetries", "7"), TestContext.Current.CancellationToken);
        reading.Wait(TestContext.Current.CancellationToken);
        var disposed = Task.Run(_host!.Dispose, TestContext.Current.CancellationToken);
        disposing.Set();

        var ending = () => Task.WhenAll(changing, disposed).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await ending.Should().NotThrowAsync();
    }

    [Fact]
    public void A_change_while_the_client_is_made_is_not_lost()
    {
        var isFirst = true;
        var client = Open(policies => policies.AddRetry(_ =>
        {
            if (isFirst)
                Change("api:Retry:MaxRetries", "7");
            isFirst = false;
        }));

        client.ToString().Should().Contain("7 times");
    }

    [Fact]
    public void A_change_elsewhere_is_taken_with_the_rest_or_not_at_all()
    {
        var client = Open(policies => policies.AddStandardPolicies().Services
            .Configure<RetryOptions>("test", _configuration.GetSection("elsewhere")));
        _values.Set("elsewhere:MaxRetries", "9");

        Change("api:AttemptTimeout:Timeout", "00:00:00");
        var whileRefused = client.ToString();
        Change("api:AttemptTimeout:Timeout", "00:00:03");

        whileRefused.Should().Contain("5 times");
        client.ToString().Should().Contain("9 times").And.Contain("AttemptTimeout (3 s)");
    }

    [Fact]
    public void What_was_refused_for_a_passing_reason_is_tried_again_with_the_next_change_of_anything()
    {
        var isDown = false;
        var client = Open(policies => policies.AddRetry(_ =>
        {
            if (isDown)
                throw new InvalidOperationException("The vault is down.");
        }));

        isDown = true;
        Change("api:Retry:MaxRetries", "7");
        Change("anything", "1");
        isDown = false;
        Change("anything", "2");

        client.ToString().Should().Contain("7 times");
        _host!.Log.Lines.Should().HaveCount(2).And.SatisfyRespectively(
            refused => refused.Should().EndWith("The vault is down."),
            applied => applied.Should().StartWith("Information 1:"));
    }

    [Fact]
    public void A_client_that_was_looked_at_while_its_options_were_invalid_is_there_when_they_are_not()
    {
        Prepare(static policies => policies.AddRetry());
        Change("api:Retry:MaxRetries", "-1");
        FluentActions.Invoking(() => _host!.Clients.All).Should().Throw<OptionsValidationException>();

        Change("api:Retry:MaxRetries", "4");

        _host!.Clients.All.Should().ContainSingle().Which.ToString().Should().Contain("4 times");
    }

    [Fact]
    public void So_is_one_whose_chain_could_not_be_put_together()
    {
        var isDown = true;
        Prepare(policies => policies.AddStandardPolicies(_ =>
        {
            if (isDown)
                throw new InvalidOperationException("The vault is down.");
        }));
        FluentActions.Invoking(() => _host!.Clients.All).Should().Throw<InvalidOperationException>();

        isDown = false;

        _host!.Clients.All.Should().ContainSingle().Which.ToString().Should().Contain("5 times");
    }

    [Fact]
    public void A_configuration_that_cannot_be_read_is_logged()
    {
        Open();
        _values.OnRead = () => throw new IOException("The disk is gone.");

        FluentActions.Invoking(() => Change("api:Retry:MaxRetries", "7")).Should().NotThrow();

        _host!.Log.Lines.Should().ContainSingle().Which.Should().EndWith("The disk is gone.");
    }

    [Fact]
    public void Who_hears_of_a_change_while_the_client_is_made_finds_the_client()
    {
        var (isFirst, seen) = (true, new List<string>());
        Prepare(policies => policies.AddRetry(_ =>
        {
            if (isFirst)
                Change("api:Retry:MaxRetries", "7");
            isFirst = false;
        }));
        using var subscription = _host!.Clients.Changes.Subscribe(new Looks(happened => seen.Add($"{_host.Clients[happened.Client]}")));

        _host.Clients.ToString().Should().Contain("7 times");

        seen.Should().ContainSingle().Which.Should().Contain("7 times");
    }

    private void Change(string key, string value)
    {
        _values.Set(key, value);
        _values.Tell();
    }

    private ResilientClientInfo Open(Action<IResilientHttpClientBuilder>? policies = null)
    {
        Prepare(policies ?? (static _ => { }));
        return _host!.Inside;
    }

    private void Prepare(Action<IResilientHttpClientBuilder> policies) => _host = new(client => policies(client.AddResilience(_configuration.GetSection("api"))));

    private sealed class Looks(Action<ClientEvent> onNext) : IObserver<ClientEvent>
    {
        public void OnNext(ClientEvent value) => onNext(value);

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class HookedProvider : ConfigurationProvider, IConfigurationSource
    {
        public Action? OnRead { get; set; }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            OnRead?.Invoke();
            return base.TryGet(key, out value);
        }

        public void Tell() => OnReload();
    }
}
