using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Migration.Tests;

/// <summary>The page maps every setting of Microsoft's standard handler, and says the defaults of both.</summary>
public sealed class SettingsTests
{
    private static readonly IReadOnlyList<Setting> There = [.. Setting.Of(new HttpStandardResilienceOptions())];
    private static readonly IReadOnlyList<Setting> Here = [.. Setting.Of(new StandardPoliciesOptions())];

    private static IEnumerable<string[]> Keys => MigrationPage.Table("The settings file, key by key");

    private static IEnumerable<(Setting There, Setting Here)> Pairs
        => from row in Keys
           from there in MigrationPage.Code(row[0])
           from here in MigrationPage.Code(row[2]).Where(here => Here.Any(known => known.Key == here))
           select (There.Single(known => known.Key == there), Here.Single(known => known.Key == here));

    [Fact]
    public void Has_every_key() => Keys.SelectMany(row => MigrationPage.Code(row[0])).Should().BeEquivalentTo(There.Where(setting => !setting.IsCode).Select(setting => setting.Key));

    [Fact]
    public void Has_every_setting_that_is_code()
        => MigrationPage.Table("What is set in code").SelectMany(row => MigrationPage.Code(row[0])).Should().BeEquivalentTo(There.Where(setting => setting.IsCode).Select(setting => setting.Key.Replace(':', '.')));

    [Fact]
    public void Says_the_defaults_of_both()
    {
        foreach (var row in Keys.Where(row => row[1] != "–"))
            row[1].Should().Be(There.Single(setting => setting.Key == MigrationPage.Code(row[0]).Single()).Text, row[0]);
        foreach (var row in Keys.Where(row => row[3] != "–"))
            row[3].Should().Be(Here.Single(setting => setting.Key == MigrationPage.Code(row[2]).Single()).Text, row[2]);
    }

    [Fact]
    public void Names_settings_of_ours_that_exist()
        => Keys.Where(row => row[3] != "–").SelectMany(row => MigrationPage.Code(row[2])).Should().BeSubsetOf(Here.Select(setting => setting.Key));

    [Fact]
    public void Names_members_of_ours_that_exist()
        => MigrationPage.Table("What is set in code").SelectMany(row => MigrationPage.Code(row[1])).Where(name => name.Contains('.', StringComparison.Ordinal))
            .Should().NotBeEmpty().And.OnlyContain(name => HasMember(name));

    [Fact]
    public void A_value_means_the_same_in_both_files()
    {
        var pairs = Pairs.Where(pair => pair.There.Other is not null && pair.There.Other == pair.Here.Other).ToArray();
        var (there, here) = (new HttpStandardResilienceOptions(), new StandardPoliciesOptions());

        Section(pairs.Select(pair => (pair.There.Key, pair.There.Other!))).Bind(there, binder => binder.ErrorOnUnknownConfiguration = true);
        var services = new ServiceCollection();
        services.AddResilientHttpClient("orders", Section(pairs.Select(pair => (pair.Here.Key, pair.Here.Other!)))).AddStandardPolicies(standard => here = standard);
        using var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<ResilienceRegistry>()["orders"];

        pairs.Should().HaveCount(9).And.OnlyContain(pair => Equals(Setting.Read(there, pair.There.Key), Setting.Read(here, pair.Here.Key)) && !Equals(pair.Here.Default, Setting.Read(here, pair.Here.Key)));
    }

    private static bool HasMember(string name)
        => name.Split('.') is [var type, var member] && typeof(RetryOptions).Assembly.GetExportedTypes().Any(known => known.Name == type && known.GetMember(member).Length > 0);

    private static IConfigurationSection Section(IEnumerable<(string Key, string Value)> values)
        => new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Orders:{value.Key}", (string?)value.Value))).Build().GetSection("Orders");
}
