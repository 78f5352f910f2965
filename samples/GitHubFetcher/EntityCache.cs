using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitHubFetcher;

/// <summary>Answers by address, one file each. What cannot be read or written is not kept, and that is all.</summary>
internal sealed class EntityCache(string folder)
{
    public static string DefaultFolder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Resilience.Http", "GitHubFetcher");

    public async Task<Entity?> FindAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        try
        {
            await using var file = File.OpenRead(PathOf(request));
            return await JsonSerializer.DeserializeAsync<Entity>(file, cancellationToken: cancelled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public async Task StoreAsync(HttpRequestMessage request, Entity entity, CancellationToken cancelled)
    {
        var path = PathOf(request);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(unfinished, JsonSerializer.SerializeToUtf8Bytes(entity), cancelled);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Next time it is fetched again.
        }
    }

    // Who asks matters too: a token may show more.
    private string PathOf(HttpRequestMessage request)
        => Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.RequestUri} {request.Headers.Authorization}"))) + ".json");
}
