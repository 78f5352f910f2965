using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

/// <summary>Whatever a server sends is understood or refused, and never throws.</summary>
public sealed class StructuredFieldProperties
{
    private static readonly string[] Seeds =
    [
        """ "default";r=50;t=30, "daily";r=0;t=3600;pk=:dHJpYWwxMjEzMjM=: """, "limit=100, remaining=50, reset=5", """("a b" *tok;x=?1;y=@12 -1.5);z, %"f%c3%bc" """,
    ];

    [Fact]
    public void Holds_for_random_text()
        => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => IsHarmless(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Holds_for_random_bytes()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsHarmless(Encoding.Latin1.GetString(bytes))).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Holds_for_fields_with_characters_changed()
        => Prop.ForAll(Mutants.ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void Holds_for_fields_cut_short()
        => Seeds.SelectMany(seed => Enumerable.Range(0, seed.Length).Select(length => seed[..length])).Should().OnlyContain(text => IsHarmless(text));

    [Fact]
    public void Reads_every_integer_back()
        => Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
            number => StructuredField.ParseItem($"{number}")?.Value is long read && read == number).QuickCheckThrowOnFailure();

    [Fact]
    public void Reads_every_byte_sequence_back()
        => Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes => StructuredField.ParseItem($":{Convert.ToBase64String(bytes)}:")?.Value is byte[] read && read.SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    private static Gen<string> Mutants
        => from seed in Gen.Elements(Seeds)
           from at in Gen.Choose(0, seed.Length - 1)
           from length in Gen.Choose(0, 3)
           from put in Gen.Elements("", ";", ",", "=", "\"", ":", "(", ")", "\t", " ", "9", "é", "\0", "%", "-", ".", "?")
           select seed.Remove(at, Math.Min(length, seed.Length - at)).Insert(at, put);

    private static bool IsHarmless(string text)
    {
        var (item, list, dictionary) = (StructuredField.ParseItem(text), StructuredField.ParseList(text), StructuredField.ParseDictionary(text));

        // An item is a list of one.
        return (item is null || list is { Count: 1 }) && dictionary is null or { Count: >= 0 };
    }
}
