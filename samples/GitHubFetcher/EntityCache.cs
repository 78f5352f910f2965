using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitHubFetcher;

/// <summary>Answers by address, one file each. What cannot be read or written is not kept, and that is all.</summary>
internal sealed class EntityCache(string folder)
{
    // What an earlier version or a broken disk left incomplete is not an answer.
    private static readonly JsonSerializerOptions Whole = new() { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    public static string DefaultFolder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Resilience.Http", "GitHubFetcher");

    public async Task<Entity?> FindAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        try
        {
            await using var file = File.OpenRead(PathOf(request));
            return await JsonSerializer.DeserializeAsync<Entity>(file, Whole, cancelled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public async Task StoreAsync(HttpRequestMessage request, Entity entity, CancellationToken cancelled)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await WriteAsync(PathOf(request), JsonSerializer.SerializeToUtf8Bytes(entity), cancelled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Next time it is fetched again.
        }
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancelled)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await File.WriteAllBytesAsync(unfinished, bytes, cancelled);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            // Once it is moved there is none.
            File.Delete(unfinished);
        }
    }

    // Who asks matters too: a token may show more.
    private string PathOf(HttpRequestMessage request)
        => Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.RequestUri} {request.Headers.Authorization}"))) + ".json");
}
