using System.CommandLine.Parsing;

namespace GitHubFetcher;

/// <summary>An option that is an address of the web.</summary>
internal static class WebAddress
{
    public static Uri? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : string.Empty;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "https" or "http" })
            return address;

        argument.AddError($"'{text}' is no http or https address.");
        return null;
    }
}
