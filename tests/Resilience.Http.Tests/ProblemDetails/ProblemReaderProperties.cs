using System.IO.Compression;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

/// <summary>Whatever a server sends, there is a problem with the real status, and nothing is thrown.</summary>
public sealed class ProblemReaderProperties
{
    private const string Json =
        """{"type":"https://example.com/a%20b#c","title":"t\ud83d\ude00","status":4.03e2,"detail":"d","instance":"/i","x":[{"\u0061":null}]}""";

    private const string Xml =
        "<?xml version='1.0' encoding='utf-8'?><problem xmlns='urn:ietf:rfc:7807'><type>t</type><status>403</status><x><i>&#x61;&amp;</i><i><b/></i></x></problem>";

    private static readonly string?[] ContentTypes =
    [
        "application/problem+json", "application/problem+json; charset=utf-16", "application/problem+json; charset=utf-32", "application/json",
        "application/json; charset=shift_jis", "application/problem+xml", "application/problem+xml; charset=us-ascii", "text/html", ";,;", null,
    ];

    private static readonly string[] Codings = ["", "gzip", "deflate", "br", "compress"];

    private static readonly byte[][] Seeds =
        [Encoding.UTF8.GetBytes(Json), Encoding.UTF8.GetBytes(Xml), Encoding.Unicode.GetBytes(Json), Gzip(Encoding.UTF8.GetBytes(Json)), Brotli(Encoding.UTF8.GetBytes(Json))];

    [Fact]
    public void Holds_for_random_bytes()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Contexts.ToArbitrary(), IsHarmless).QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_for_problems_with_bytes_changed()
        => Prop.ForAll(Mutants.ToArbitrary(), Contexts.ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Holds_for_problems_cut_short()
    {
        var cut = Seeds.SelectMany(seed => Enumerable.Range(0, seed.Length).Select(length => seed[..length]));

        Prop.ForAll(Gen.Elements(cut).ToArbitrary(), Contexts.ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void Holds_for_any_text_as_a_type()
        => Prop.ForAll(
            ArbMap.Default.ArbFor<string?>(),
            type => new Problem { Type = ProblemType.Resolve(type, new Uri("https://api.example.org/a")) } is { Type.Length: > 0 } problem
                && problem.ToString().Length < 300
                && problem.TypeUri?.IsAbsoluteUri != false).QuickCheckThrowOnFailure();

    private static Gen<(string? ContentType, string Coding, int Status)> Contexts
        => from contentType in Gen.Elements(ContentTypes)
           from coding in Gen.Elements(Codings)
           from status in Gen.Choose(400, 999)
           select (contentType, coding, status);

    private static Gen<byte[]> Mutants
        => from seed in Gen.Elements(Seeds)
           from changes in Gen.Choose(0, seed.Length - 1).Zip(Gen.Choose(0, 255)).ListOf()
           select Change(seed, changes);

    private static bool IsHarmless(byte[] body, (string? ContentType, string Coding, int Status) context)
    {
        using var response = FailedResponse.With(context.Status, context.ContentType, body, context.Coding is "" ? [] : [context.Coding]);

        var problem = ProblemReader.Read(Outcome.FromResponse(response), body, FailedResponse.Limit);
        using var written = System.Text.Json.JsonDocument.Parse(ProblemJson.Write(problem));

        return problem.Status == (HttpStatusCode)context.Status
            && written.RootElement.GetProperty("status").GetInt32() == context.Status
            && problem.ToString().StartsWith($"{context.Status} ", StringComparison.Ordinal)
            && (problem.Title is not null || !problem.IsGeneric);
    }

    private static byte[] Change(byte[] seed, IEnumerable<(int At, int Value)> changes)
    {
        byte[] changed = [.. seed];
        foreach (var (at, value) in changes)
            changed[at] = (byte)value;

        return changed;
    }

    private static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionLevel.Optimal))
            packer.Write(body);

        return packed.ToArray();
    }

    private static byte[] Brotli(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var packer = new BrotliStream(packed, CompressionLevel.Optimal))
            packer.Write(body);

        return packed.ToArray();
    }
}
