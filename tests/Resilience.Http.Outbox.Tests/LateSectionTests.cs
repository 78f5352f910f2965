using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A client that has an outbox has all of it: what nobody would make later gets no receipt.</summary>
public sealed class LateSectionTests : IDisposable
{
    private static readonly Dictionary<string, string?> Settings = new() { ["shop:IdempotencyKey:Methods:0"] = "POST", ["shop:Outbox:StorePlaintext"] = "true" };

    private readonly ConfigurationManager _configuration = new();
    private readonly ServiceCollection _services = new();

    [Fact]
    public async Task Is_made_later_where_its_section_was_there_in_time()
    {
        _configuration.AddInMemoryCollection(Settings);
        using var folder = new TempFolder();
        await using var provider = Build(folder);

        provider.GetRequiredService<IStartupValidator>().Validate();

        provider.GetRequiredService<OutboxClients>().All.Should().ContainSingle();
    }

    [Fact]
    public async Task Stops_the_host_where_its_section_came_after_the_client()
    {
        using var folder = new TempFolder();
        await using var provider = Build(folder);
        _configuration.AddInMemoryCollection(Settings);

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate()).Should().Throw<OptionsValidationException>()
            .WithMessage("Client 'shop': Outbox must be there when the client is registered, or what it keeps would not be made later.*");
        FluentActions.Invoking(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop")).Should().Throw<OptionsValidationException>();
    }

    [Fact]
    public async Task Is_not_had_by_a_client_that_is_added_while_the_program_runs()
    {
        _configuration.AddInMemoryCollection(Settings);
        using var folder = new TempFolder();
        await using var provider = Build(folder);
        using var server = new PayServer(200);
        using var added = provider.GetRequiredService<ResilienceRegistry>().Add("added", [_configuration.GetSection("shop")], null, [OutboxPolicy.Instance]);

        FluentActions.Invoking(() => added.CreateHandler(server)).Should().Throw<OptionsValidationException>()
            .WithMessage("Client 'added': Outbox must be there when the client is registered*A client that is added while the program runs cannot have it.");
    }

    public void Dispose() => _configuration.Dispose();

    private ServiceProvider Build(TempFolder folder)
    {
        _services.AddSqliteOutbox(sqlite => sqlite.Path = folder.File).AddResiliencePolicy(OutboxPolicy.Instance)
            .AddResilientHttpClient("shop", _configuration.GetSection("shop"), http => http.BaseAddress = new("https://pay.test/"));
        return _services.BuildServiceProvider();
    }
}
