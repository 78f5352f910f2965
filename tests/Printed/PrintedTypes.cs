using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>Everything of a package that prints, found by reflection: what is added has to be listed, and to keep to the same rules.</summary>
internal static class PrintedTypes
{
    /// <summary>Would begin a line of its own, color it and turn it round.</summary>
    public const string Forged = "x\r\n2026 CRIT root logged in\u001b[31m\u202e\u2028";

    public const string Secret = "s3cret-hush";

    /// <summary>An address that must not be written as it is.</summary>
    public const string Address = $"https://alice:{Secret}@a.example/path";

    /// <summary>Checks that all types that print are listed, and what they print.</summary>
    /// <param name="package">The assembly.</param>
    /// <param name="made">By type, an object made of the worst that it can be made of.</param>
    /// <param name="ofManyLines">Those that may print more than one line.</param>
    public static void Check(Assembly package, IReadOnlyDictionary<Type, Func<object?>> made, params Type[] ofManyLines)
    {
        var found = package.GetTypes().Where(type => type.IsVisible && (type.IsAssignableTo(typeof(Exception)) ? !type.IsAbstract : HasToString(type)));
        made.Keys.Select(type => type.Name).Order(StringComparer.Ordinal).Should().Equal(found.Select(type => type.Name).Order(StringComparer.Ordinal));

        foreach (var (type, make) in made)
            CheckText(make() switch { null => "", Exception e => e.Message, var it => $"{it}" }, type.Name, ofManyLines.Contains(type));
    }

    /// <summary>Checks that a text holds no secret and no line of another.</summary>
    public static void CheckText(string printed, string because, bool mayHaveLines = false)
    {
        printed.Should().NotContainAny(Secret, "alice", "admin");
        printed.Should().NotContainAny("\r", "\u001b", "\u202e", "\u2028");
        if (!mayHaveLines)
            printed.Should().NotContain("\n", because);
    }

    /// <summary>The ids of all that a package logs.</summary>
    public static IEnumerable<int> LogEvents(Assembly package) => package.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>()
        .Select(message => message.EventId);

    private static bool HasToString(Type type) => !type.IsEnum && type.GetMethod("ToString", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly, []) is not null;
}
