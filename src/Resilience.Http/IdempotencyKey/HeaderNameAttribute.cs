using System.Buffers;

namespace Resilience.Http;

/// <summary>Requires the name of a header: a token (RFC 9110 §5.6.2) of at most 64 characters.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HeaderNameAttribute : SettingAttribute
{
    private const int MaxLength = 64;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    protected override string? FindFault(object? value)
        => value is string { Length: > 0 and <= MaxLength } name && !name.AsSpan().ContainsAnyExcept(TokenCharacters)
            ? null
            : $"must be the name of a header, of 1 to {MaxLength} characters";
}
