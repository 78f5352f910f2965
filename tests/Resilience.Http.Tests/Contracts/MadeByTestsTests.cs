using System.Net;
using System.Reflection;

namespace Resilience.Http.Tests;

/// <summary>Whatever is thrown at a user's code or handed to it can be made by the tests of that code.</summary>
public sealed class MadeByTestsTests
{
    private static readonly Type[] Public = typeof(ResilienceException).Assembly.GetExportedTypes();

    public static TheoryData<string> Exceptions => [.. Public.Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Exception))).Select(type => type.Name)];

    public static TheoryData<string> Events => [.. Public.Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(ClientEvent))).Select(type => type.Name)];

    public static TheoryData<string> Arguments => [.. Public.SelectMany(ArgumentsOfCallbacks).Distinct().Select(type => type.Name)];

    [Fact]
    public void All_of_them_are_looked_at()
        => (Exceptions.Count, Events.Count, Arguments.Count).Should().Match<(int Exceptions, int Events, int Arguments)>(found => found.Exceptions >= 7 && found.Events >= 3 && found.Arguments >= 3);

    [Theory]
    [MemberData(nameof(Exceptions))]
    [MemberData(nameof(Events))]
    [MemberData(nameof(Arguments))]
    public void Can_be_made(string name)
    {
        var type = Public.Single(type => type.Name == name);

        (type.GetConstructors().Any(constructor => constructor.GetParameters().Length > 0) || FactoriesOf(type).Any()).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Exceptions_say_in_their_message_what_they_are_made_of(string name)
    {
        var constructor = Public.Single(type => type.Name == name).GetConstructors().MinBy(constructor => constructor.GetParameters().Length)!;

        var exception = (ResilienceException)constructor.Invoke([.. constructor.GetParameters().Select(Sample)]);
        exception.Attempts = 3;

        exception.Message.Should().NotBeEmpty();
        (exception.Kind, exception.Attempts).Should().NotBe((OutcomeKind.Success, 0));
    }

    [Fact]
    public void Outcomes_can_be_made_of_responses_and_exceptions()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);

        Outcome.FromResponse(response, new() { RetryAfter = TimeSpan.FromSeconds(1) }).Kind.Should().Be(OutcomeKind.Throttled);
        Outcome.FromException(new HttpRequestException()).Kind.Should().Be(OutcomeKind.ConnectionFailed);
    }

    private static IEnumerable<Type> ArgumentsOfCallbacks(Type type) => type.GetProperties()
        .Where(property => property.PropertyType.IsAssignableTo(typeof(Delegate)))
        .SelectMany(property => property.PropertyType.GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType))
        .Where(Public.Contains);

    private static IEnumerable<MethodInfo> FactoriesOf(Type type)
        => type.GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => method.ReturnType == type && !method.IsSpecialName);

    private static object? Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var text when text == typeof(string) => parameter.Name,
        var time when time == typeof(TimeSpan) || time == typeof(TimeSpan?) => TimeSpan.FromSeconds(1),
        var problem when problem == typeof(Problem) => new Problem { Kind = OutcomeKind.ServerError },
        { IsEnum: true } choice => Enum.GetValues(choice).GetValue(1),
        _ => null,
    };
}
