using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class HttpDateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("Sun Nov 06 08:49:37 1994")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-1994 08:49:37 GMT")]
    public void Knows_its_three_forms_and_their_cousins(string text)
        => HttpDate.Parse(text, Now).Should().Be(new DateTimeOffset(1994, 11, 6, 8, 49, 37, TimeSpan.Zero));

    [Theory]
    [InlineData("Friday, 21-Nov-75 12:00:00 GMT", 2075)]
    [InlineData("Saturday, 21-Nov-76 12:00:00 GMT", 2076)]
    [InlineData("Saturday, 21-Nov-76 12:00:01 GMT", 1976)]
    [InlineData("Sunday, 21-Nov-77 12:00:00 GMT", 1977)]
    [InlineData("Saturday, 21-Nov-26 12:00:00 GMT", 2026)]
    [InlineData("Tuesday, 21-Nov-00 12:00:00 GMT", 2000)]
    public void Puts_two_digits_of_a_year_at_most_50_years_ahead(string text, int year)
        => HttpDate.Parse(text, Now)!.Value.Year.Should().Be(year);

    [Theory]
    [InlineData("Sat, 21 Nov 2026 23:59:60 GMT", "2026-11-22T00:00:00Z")]
    [InlineData("Fri, 31 Dec 9999 23:59:60 GMT", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z")]
    public void Reaches_the_edges_of_the_calendar(string text, string expected)
        => HttpDate.Parse(text, Now).Should().Be(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("Sat, 21 Nov 2026")]
    [InlineData("Sat, 31 Nov 2026 12:00:30 GMT")]
    [InlineData("Sat, 00 Nov 2026 12:00:30 GMT")]
    [InlineData("Sun, 29 Feb 2026 12:00:30 GMT")]
    [InlineData("Sat, 21 Nov 0000 12:00:30 GMT")]
    [InlineData("Sat, 21 Nov 026 12:00:30 GMT")]
    [InlineData("Sat, 21 Now 2026 12:00:30 GMT")]
    [InlineData("Sat, 21 anF 2026 12:00:30 GMT")]
    [InlineData("Sat, 21 11 2026 12:00:30 GMT")]
    [InlineData("Sat, 21 Nov 2026 24:00:00 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:60:00 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00:61 GMT")]
    [InlineData("Sat, 21 Nov 2026 12.00.30 GMT")]
    [InlineData("Sat, 21 Nov 2026 12.00:30 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00.30 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00:3 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00 GMT")]
    [InlineData("Saturday, 21-Nov-2x 12:00:30 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00:+3 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00:30 CET")]
    [InlineData("Sat, 21 Nov 2026 12:00:30 GMT GMT")]
    [InlineData("Sat Nov 21 12:00:30 2026 GMT")]
    [InlineData("Foo, 21 Nov 2026 12:00:30 GMT")]
    [InlineData("SAT, 21 NOV 2026 12:00:30 GMT")]
    [InlineData("Sat, ٢١ Nov 2026 12:00:30 GMT")]
    public void Is_null_for_what_no_calendar_or_clock_shows(string text)
        => HttpDate.Parse(text, Now).Should().BeNull();

    [Fact]
    public void Reads_back_every_second_that_can_be_written()
    {
        var seconds = Gen.Choose(-1_000_000_000, 1_000_000_000).Select(second => Now.AddSeconds(second)).ToArbitrary();

        Prop.ForAll(seconds, date => HttpDate.Parse(date.ToString("r", CultureInfo.InvariantCulture), Now) == date
            && HttpDate.Parse(date.ToString("dddd, dd-MMM-yy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture), Now) == date
            && HttpDate.Parse(date.ToString("ddd MMM ", CultureInfo.InvariantCulture) + date.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
                + date.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture), Now) == date).QuickCheckThrowOnFailure();
    }
}
