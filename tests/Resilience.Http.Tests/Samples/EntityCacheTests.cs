using GitHubFetcher;

namespace Resilience.Http.Tests;

public sealed class EntityCacheTests : IDisposable
{
    private static readonly Entity Kept = new("\"tag\"", Link: null, MediaType: "application/json", "[]"u8.ToArray());

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "https://api.test/repositories");
    private readonly EntityCache _cache;

    public EntityCacheTests() => _cache = new(_folder.FullName);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _request.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Finds_what_was_stored_in_the_one_file_that_holds_it()
    {
        await _cache.StoreAsync(_request, Kept, Cancelled);
        await _cache.StoreAsync(_request, Kept, Cancelled);

        (await _cache.FindAsync(_request, Cancelled)).Should().BeEquivalentTo(Kept);
        _folder.GetFiles().Should().ContainSingle();
    }

    [Fact]
    public async Task Leaves_nothing_behind_when_it_cannot_write()
    {
        await _cache.StoreAsync(_request, Kept, Cancelled);
        var path = _folder.GetFiles().Single().FullName;
        File.Delete(path);
        // No file can be moved to where a folder is.
        Directory.CreateDirectory(path);

        await _cache.StoreAsync(_request, Kept, Cancelled);

        _folder.GetFiles().Should().BeEmpty();
        (await _cache.FindAsync(_request, Cancelled)).Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"ETag":"\"tag\"","Link":null,"MediaType":null}""")]
    [InlineData("""{"ETag":"\"tag\"","Link":null,"MediaType":null,"Body":null}""")]
    [InlineData("""{"ETag":null,"Link":null,"MediaType":null,"Body":"W10="}""")]
    [InlineData("""{"ETag":"\"tag\"","Link":null,"MediaType":null,"Body":"W1""")]
    public async Task Takes_an_incomplete_file_for_none(string text)
    {
        await _cache.StoreAsync(_request, Kept, Cancelled);
        await File.WriteAllTextAsync(_folder.GetFiles().Single().FullName, text, Cancelled);

        (await _cache.FindAsync(_request, Cancelled)).Should().BeNull();
    }
}
