namespace Resilience.Http;

/// <summary>The forms that errors come in. The first that recognises a response wins: what the media type says, then fields, then shapes.</summary>
internal static class ProblemDialects
{
    private static readonly Func<ProblemSource, ProblemMembers?>[] Failures =
    [
        ProblemJson.Read,
        ProblemXml.Read,
        JsonApiErrors.ReadMediaType,
        GraphQLErrors.ReadMediaType,

        AwsError.ReadHeader,
        AzureError.ReadHeader,

        SlackError.Read,
        OAuthError.Read,
        GoogleError.Read,
        StripeError.Read,
        AzureError.ReadJson,
        AwsError.ReadJson,
        AwsError.ReadXml,
        JsonApiErrors.ReadShape,
        GraphQLErrors.ReadShape,
        GitHubError.Read,
        XErrors.Read,
        ShopifyErrors.Read,
        PayPalError.Read,
        DiscordError.Read,
        MessageOnly.Read,
        LegacyProblem.Read,

        // Last, because it counts only where the body says nothing.
        BearerChallenge.Read,
    ];

    public static ProblemMembers? Read(ProblemSource source)
        => Failures.Select(read => read(source)).FirstOrDefault(static members => members is not null);

    /// <summary>What a response that claims success says of a failure, in those forms that the options have searched for.</summary>
    public static ProblemMembers? ReadSuccess(ProblemSource source, ProblemDetailsOptions options)
        => (options.InspectGraphQL ? GraphQLErrors.ReadSuccess(source) : null)
        ?? (options.InspectSlack ? SlackError.ReadSuccess(source) : null);
}
