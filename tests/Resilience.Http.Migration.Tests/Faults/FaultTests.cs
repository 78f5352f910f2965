namespace Migration.Tests;

/// <summary>The same faults through all libraries end as the page says.</summary>
public sealed class FaultTests
{
    private const string Heading = "The same fault through all three";

    public static TheoryData<string> Names => [.. FaultCase.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ends_as_the_page_says(string name)
    {
        var fault = FaultCase.All.Single(known => known.Name == name);
        List<string> ends = [];
        foreach (var client in FaultClient.All(fault))
        {
            using (client)
            {
                for (var call = 0; call < fault.CallsBefore; call++)
                    await client.RunAsync(FaultCase.Get);
                ends.Add(await client.RunAsync(fault.Send));
            }
        }

        ends.Should().Equal(MigrationPage.Table(Heading).Single(row => row[0] == name)[1..4].SelectMany(MigrationPage.Code));
    }

    [Fact]
    public void Has_a_row_for_each() => MigrationPage.Table(Heading).Select(row => row[0]).Should().Equal(FaultCase.All.Select(fault => fault.Name));
}
