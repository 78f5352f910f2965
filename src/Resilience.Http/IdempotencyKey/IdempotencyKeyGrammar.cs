using System.Buffers;

namespace Resilience.Http;

/// <summary>The grammar of idempotency keys, raw and as structured-field strings (RFC 9651 §3.3.3).</summary>
internal static class IdempotencyKeyGrammar
{
    public const int MaxLength = 255;

    private static readonly SearchValues<char> RawCharacters = SearchValues.Create(
        "!#$%&'()*+-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The header value for a bare key; null if the key is invalid, and then what is wrong with it.</summary>
    public static string? Format(string key, IdempotencyKeyFormat format, out string? fault)
    {
        fault = FindFault(key, format);
        if (fault is not null)
            return null;

        return format is IdempotencyKeyFormat.Raw
            ? key
            : $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>What is wrong with a header value that the caller set; null if nothing is.</summary>
    public static string? FindFaultInHeader(string value, IdempotencyKeyFormat format)
    {
        var text = value.AsSpan().Trim(' ');
        if (format is IdempotencyKeyFormat.Raw && (text.IsEmpty || text[0] != '"'))
            return FindFault(value, format);

        if (!ParseString(text, out var length, out var rest))
            return "is not a structured-field string";

        return length switch
        {
            0 => "is empty",
            > MaxLength => $"is longer than {MaxLength} characters",
            _ when rest.IsEmpty || (format is IdempotencyKeyFormat.StructuredString && rest[0] == ';') => null,
            _ => "has something after the closing quote",
        };
    }

    /// <summary>The bare key of a header value in either format.</summary>
    public static string Unquote(string value)
        => value.Trim(' ') is ['"', .. var quoted, '"'] ? quoted.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : value;

    private static string? FindFault(string key, IdempotencyKeyFormat format) => key switch
    {
        null or "" => "is empty",
        { Length: > MaxLength } => $"is longer than {MaxLength} characters",
        _ when format is IdempotencyKeyFormat.Raw => key.AsSpan().IndexOfAnyExcept(RawCharacters) is >= 0 and var at ? Misplaced(at, "visible ASCII without quotes, commas and backslashes") : null,
        _ => key.AsSpan().IndexOfAnyExceptInRange(' ', '~') is >= 0 and var at ? Misplaced(at, "visible ASCII and spaces") : null,
    };

    // Without the character itself: a key is a secret.
    private static string Misplaced(int position, string allowed) => $"has a character at position {position} that is not allowed; use {allowed}";

    private static bool ParseString(ReadOnlySpan<char> text, out int length, out ReadOnlySpan<char> rest)
    {
        length = 0;
        rest = default;
        if (text.IsEmpty || text[0] != '"')
            return false;

        for (var i = 1; i < text.Length; i++, length++)
        {
            if (text[i] == '"')
            {
                rest = text[(i + 1)..];
                return true;
            }

            if (text[i] is < ' ' or > '~' || (text[i] == '\\' && (++i == text.Length || text[i] is not ('"' or '\\'))))
                return false;
        }

        return false;
    }
}
