using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class RetryAfterTests
{
    private static readonly VirtualClock Clock = new();

    [Theory]
    [InlineData("120", 120)]
    [InlineData(" 7 ", 7)]
    [InlineData("\t7", 7)]
    [InlineData("0", 0)]
    [InlineData("00120", 120)]
    [InlineData("999999999", 999999999)]
    [InlineData("1795262460", 60)]
    [InlineData("1795262460.5", 60.5)]
    [InlineData("1795262460000", 60)]
    [InlineData("1795262340", 0)]
    [InlineData("5, 1795262460", 60)]
    [InlineData("2147483647", 352221247)]
    [InlineData("2.0", 2)]
    [InlineData("1.5", 1.5)]
    [InlineData("2.3", 2.3)]
    [InlineData("120, 240", 240)]
    [InlineData("240,120", 240)]
    [InlineData("soon, 10", 10)]
    public void Reads_seconds(string value, double seconds)
    {
        using var response = Response(("Retry-After", value));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Saturday, 21-Nov-26 12:00:30 GMT", 30)]
    [InlineData("Sat Nov 21 12:00:30 2026", 30)]
    [InlineData("Sun, 21 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:30 UTC", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:30 +0000", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:30", 30)]
    [InlineData("Sat, 21 Nov 2026 23:59:60 GMT", 43200)]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT", 0)]
    [InlineData("Sat, 21 Nov 2026 11:59:00 GMT", 0)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 0)]
    [InlineData("Sat, 21 Nov 2026 12:00:30 GMT, Sat, 21 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:10 GMT,Saturday, 21-Nov-26 12:00:30 GMT", 30)]
    [InlineData("Sat Nov 21 12:00:30 2026, Sat Nov 21 12:00:10 2026", 30)]
    [InlineData("10, Sat, 21 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Sat, 21 Nov 2026 12:00:30 GMT, 10", 30)]
    public void Reads_a_date_as_the_time_until_then(string value, double seconds)
    {
        using var response = Response(("Retry-After", value));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("7s")]
    [InlineData("1e3")]
    [InlineData("\"120\"")]
    [InlineData("120;x=1")]
    [InlineData("1 2")]
    [InlineData("1.2.3")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("abc")]
    [InlineData("٣")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(",")]
    [InlineData("sat, 21 nov 2026 12:00:30 gmt")]
    [InlineData("Sat, 21 Nov 2026 12:00:30 EST")]
    [InlineData("2026-11-21T12:00:30Z")]
    public void Ignores_what_is_neither(string value)
    {
        using var response = Response(("Retry-After", value));

        RetryAfter.Read(response, Clock).Should().BeNull();
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("922337203686")]
    [InlineData("999999999999999999999999999999999999999999.9")]
    public void Takes_more_seconds_than_fit_for_the_longest_wait(string value)
    {
        using var response = Response(("Retry-After", value));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData("5", "10", 10)]
    [InlineData("10", "5", 10)]
    [InlineData("bad", "10", 10)]
    [InlineData("10", "bad", 10)]
    [InlineData("10", "Sat, 21 Nov 2026 12:00:30 GMT", 30)]
    public void Obeys_the_longest_of_several_lines(string first, string second, double seconds)
    {
        using var response = Response(("Retry-After", first), ("Retry-After", second));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 11:58:00 GMT", 60)]
    [InlineData("Sat, 21 Nov 2026 11:59:30 GMT", 0)]
    [InlineData("yesterday", 0)]
    public void Judges_a_date_by_the_clock_of_the_server(string date, double seconds)
    {
        using var response = Response(("Date", date), ("Retry-After", "Sat, 21 Nov 2026 11:59:00 GMT"));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Counts_seconds_from_the_receipt_whatever_the_clock_of_the_server()
    {
        using var response = Response(("Date", "Sat, 21 Nov 2026 11:58:00 GMT"), ("Retry-After", "5"));

        RetryAfter.Read(response, Clock).Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Is_null_and_free_without_the_header()
    {
        using var response = Response(("Date", "Sat, 21 Nov 2026 11:58:00 GMT"));
        RetryAfter.Read(response, Clock).Should().BeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            _ = RetryAfter.Read(response, Clock);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Neither_throws_nor_goes_below_zero_whatever_the_bytes()
        => Prop.ForAll<string?, string?>((value, date) => ReadOf(value, date) is null or { Ticks: >= 0 }).QuickCheckThrowOnFailure();

    [Fact]
    public void Neither_throws_nor_goes_below_zero_on_almost_a_date()
    {
        var parts = Gen.Elements("Sat,", "Sat", "21", "31", "00", "Nov", "Feb", "9999", "0000", "2026", "23:59:60", "24:00:00", "12:0:30", "GMT", "-", ",", " ");
        var values = Gen.ListOf(parts).Select(list => string.Join(' ', list)).ToArbitrary();

        Prop.ForAll(values, value => ReadOf(value, value) is null or { Ticks: >= 0 }).QuickCheckThrowOnFailure();
    }

    private static TimeSpan? ReadOf(string? value, string? date)
    {
        using var response = Response(("Retry-After", value), ("Date", date));
        return RetryAfter.Read(response, Clock);
    }

    private static HttpResponseMessage Response(params (string Name, string? Value)[] headers)
    {
        var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}
