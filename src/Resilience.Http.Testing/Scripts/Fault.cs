using System.Globalization;

namespace Resilience.Http.Testing;

/// <summary>
/// What can go wrong between a client and a server, by name. A script puts it into a reply, chaos into a running system, and configuration writes it as its
/// name and argument: <c>Status 503</c>, <c>Delay 2s</c>, <c>ResetAfter 100</c>.
/// </summary>
public sealed partial class Fault
{
    private const string DefaultRetryAfter = "soon";
    private readonly string _text;

    private Fault(string name, string? argument, Func<Reply, Reply> change) => (Name, _text, Change) = (name, argument is null ? name : $"{name} {argument}", change);

    /// <summary>The name, without the argument.</summary>
    public string Name { get; }

    /// <summary>Makes a reply with the fault of one without.</summary>
    internal Func<Reply, Reply> Change { get; }

    /// <summary>Whether nothing of the answer is left, so that the request need not be sent.</summary>
    internal bool ReplacesAnswer { get; private init; } = true;

    /// <summary>How long it goes on, for whatever is sent; zero for one request.</summary>
    internal TimeSpan Lasting { get; private init; }

    /// <summary>Answers with this status.</summary>
    /// <param name="status">From 100 to 999.</param>
    /// <returns>The fault.</returns>
    public static Fault Status(int status) => new(nameof(Status), Text(status), _ => Reply.Status(status));

    /// <summary>Answers later.</summary>
    /// <param name="delay">How much later.</param>
    /// <returns>The fault.</returns>
    public static Fault Delay(TimeSpan delay) => new(nameof(Delay), Text(delay), reply => reply.After(delay)) { ReplacesAnswer = false };

    /// <summary>Takes the request and never answers.</summary>
    /// <returns>The fault.</returns>
    public static Fault Stall() => new(nameof(Stall), null, _ => Reply.Never());

    /// <summary>Resets the connection in the middle of the body.</summary>
    /// <param name="bytes">How many bytes arrive before.</param>
    /// <returns>The fault.</returns>
    public static Fault ResetAfter(int bytes) => new(nameof(ResetAfter), Text(bytes), reply => reply.ResetAfter(bytes)) { ReplacesAnswer = false };

    /// <summary>Lets the body arrive byte by byte.</summary>
    /// <param name="interval">The time before each byte.</param>
    /// <returns>The fault.</returns>
    public static Fault Drip(TimeSpan interval) => new(nameof(Drip), Text(interval), reply => reply.Dripping(interval)) { ReplacesAnswer = false };

    /// <summary>Ends the body before its announced end.</summary>
    /// <param name="bytes">How many bytes arrive.</param>
    /// <returns>The fault.</returns>
    public static Fault Truncate(int bytes) => new(nameof(Truncate), Text(bytes), reply => reply.CutAfter(bytes)) { ReplacesAnswer = false };

    /// <summary>Refuses the connection: the request is certainly not processed.</summary>
    /// <returns>The fault.</returns>
    public static Fault NoConnection() => new(nameof(NoConnection), null, _ => Reply.NoConnection());

    /// <summary>Answers 429 with a <c>Retry-After</c> that nobody can read.</summary>
    /// <param name="value">What it says.</param>
    /// <returns>The fault.</returns>
    public static Fault BadRetryAfter(string value = DefaultRetryAfter)
        => new(nameof(BadRetryAfter), value == DefaultRetryAfter ? null : value, _ => Reply.Status(429).WithHeader("Retry-After", value));

    /// <summary>Answers 302.</summary>
    /// <param name="location">Where to; absolute, or relative to the request.</param>
    /// <returns>The fault.</returns>
    public static Fault Redirect(string location) => new(nameof(Redirect), location, _ => Reply.Status(302).WithHeader("Location", location));

    /// <summary>Answers 503 to everything for a time that begins with the first request.</summary>
    /// <param name="duration">How long, by the clock.</param>
    /// <returns>The fault.</returns>
    public static Fault Storm(TimeSpan duration) => new(nameof(Storm), Text(duration), _ => Reply.Status(503)) { Lasting = duration };

    /// <summary>The name and the argument, as <see cref="Parse"/> reads them.</summary>
    /// <returns>Such as <c>Status 503</c>.</returns>
    public override string ToString() => LogText.OneLine(_text);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s");
    }
}
