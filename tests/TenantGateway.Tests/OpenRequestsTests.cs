namespace TenantGateway.Tests;

public sealed class OpenRequestsTests : IDisposable
{
    private readonly OpenRequests _open = new();
    private readonly TenantDirectory _tenants;
    private readonly string _key = ApiKey.Create();
    private int _aborted;

    public OpenRequestsTests() => _tenants = Directory(_key);

    public void Dispose() => _open.Dispose();

    [Fact]
    public void A_tenant_has_no_more_of_them_than_it_may_start_in_ten_seconds()
    {
        // 10 at once, and 100 a minute.
        var opened = Enumerable.Range(0, 30).Select(_ => Add("acme")).ToList();

        opened.Count(request => request is not null).Should().Be(27);
        Add("bolt").Should().NotBeNull();
        opened[0]!.Dispose();
        Add("acme").Should().NotBeNull();
        Add("acme").Should().BeNull();
    }

    [Fact]
    public void One_whose_key_is_revoked_is_aborted()
    {
        using var opened = Add("acme");

        _open.Check(Directory(_key));
        _aborted.Should().Be(0);
        _open.Check(Directory(ApiKey.Create()));

        _aborted.Should().Be(1);
    }

    // Its connection may have the next request by now, of another tenant.
    [Fact]
    public void One_that_has_ended_is_not_aborted_any_more()
    {
        IDisposable? first = null, second = null;
        first = _open.TryAdd(_tenants, _key, _tenants.FindById("acme")!, End);
        second = _open.TryAdd(_tenants, _key, _tenants.FindById("acme")!, End);

        _open.Check(Directory(ApiKey.Create()));

        // Whichever came first has ended the other in the middle of the check.
        _aborted.Should().Be(1);

        void End()
        {
            _aborted++;
            first!.Dispose();
            second!.Dispose();
        }
    }

    [Fact]
    public void One_whose_key_was_revoked_just_before_is_aborted_too()
    {
        _open.Check(Directory(ApiKey.Create()));

        using var opened = Add("acme");

        _aborted.Should().Be(1);
    }

    private static TenantDirectory Directory(string key)
    {
        var document = TenantsDocument.Empty;
        document.Tenants["acme"] = new("Free", [ApiKey.HashOf(key)]);
        document.Tenants["bolt"] = new("Free", []);
        return TenantDirectory.Parse(document.ToJson());
    }

    private IDisposable? Add(string tenant) => _open.TryAdd(_tenants, _key, _tenants.FindById(tenant)!, () => _aborted++);
}
