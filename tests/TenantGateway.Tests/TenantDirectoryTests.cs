using System.Text;

namespace TenantGateway.Tests;

public sealed class TenantDirectoryTests
{
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Free = "{\"permits\":100,\"period\":\"00:01:00\",\"burst\":10}";

    [Fact]
    public void Reads_what_it_has_written()
    {
        var document = TenantsDocument.Empty;
        document.Tenants["acme"] = new("Pro", [Hash]);

        var tenant = TenantDirectory.Parse(document.ToJson()).FindById("acme");

        tenant!.Plan.Should().Be(new Plan(1000, TimeSpan.FromMinutes(1), 100));
        (tenant.PlanName, tenant.Plan.FillTime).Should().Be(("Pro", TimeSpan.FromSeconds(6)));
    }

    [Theory]
    [InlineData("", "*no JSON*")]
    [InlineData("null", "*null*")]
    [InlineData("{}", "*no JSON*")]
    [InlineData("{\"plans\":{},\"tenants\":{}}", "*no tenant*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":null}}", "*acme*null*")]
    [InlineData("{\"plans\":{\"Free\":null},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[]}}}", "*plan 'Free' is invalid*")]
    [InlineData("{\"plans\":{\"Free\":{\"permits\":0,\"period\":\"00:01:00\",\"burst\":10}},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[]}}}", "*plan 'Free' is invalid*")]
    [InlineData("{\"plans\":{\"Fr;ee\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Fr;ee\",\"keys\":[]}}}", "*plan 'Fr;ee' is invalid*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Pro\",\"keys\":[]}}}", "*does not exist*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"ac:me\":{\"plan\":\"Free\",\"keys\":[]}}}", "*id of lower-case*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[null]}}}", "*no SHA-256*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[\"tg_secret\"]}}}", "*no SHA-256*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[\"" + Hash + "\"]},\"bolt\":{\"plan\":\"Free\",\"keys\":[\"" + Hash + "\"]}}}", "*given twice*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[]},\"acme\":{\"plan\":\"Free\",\"keys\":[]}}}", "*no JSON*")]
    [InlineData("{\"plans\":{\"Free\":" + Free + "},\"tenants\":{\"acme\":{\"plan\":\"Free\",\"keys\":[],\"admin\":true}}}", "*no JSON*")]
    public void Says_what_is_wrong(string json, string complaint)
    {
        var parse = () => TenantDirectory.Parse(Encoding.UTF8.GetBytes(json));

        parse.Should().Throw<FormatException>().WithMessage(complaint).Which.Message.Should().NotContain("secret");
    }
}
