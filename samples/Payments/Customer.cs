using System.Globalization;

namespace Payments;

/// <summary>Who is to be charged, and how much. Written down before anything is charged.</summary>
internal readonly record struct Customer(int Number, long Cents)
{
    private const int OneInDeclines = 20;

    public string Reference => $"customer-{Number}";

    public static Customer Make(int number, int seed) => new(number, 100 + (Mix(number, seed) % 10_000));

    public static IEnumerable<Customer> ReadAll(string file) => File.ReadLines(file).Select(line => line.Split(',')).Select(cells => new Customer(Parse(cells[0]), Parse(cells[1])));

    /// <summary>Whether the card of a customer is declined; follows from the seed.</summary>
    public static bool IsDeclined(int number, int seed) => Mix(number, seed + 1) % OneInDeclines == 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number},{Cents}");

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Mix(int number, int seed)
    {
        unchecked
        {
            var mixed = (uint)((number * 0x9E3779B1) ^ (uint)(seed * 0x85EBCA77));
            mixed ^= mixed >> 15;
            mixed *= 0x2C1B3C6D;
            return (int)((mixed ^ (mixed >> 12)) & 0x7FFFFFFF);
        }
    }
}
