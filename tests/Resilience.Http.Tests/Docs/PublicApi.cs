using System.Reflection;
using System.Runtime.CompilerServices;

namespace Resilience.Http.Tests;

/// <summary>Writes the public surface of an assembly as sorted lines, each unique and with the name of its type.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Lines(Assembly assembly)
        => assembly.GetExportedTypes()
            .Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => Members(type).Prepend(Head(type)));

    private static string Head(Type type)
    {
        IEnumerable<string> bases = type.GetInterfaces().Where(role => role.IsVisible).Except(type.BaseType?.GetInterfaces() ?? []).Select(CSharp.Name).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            bases = bases.Prepend(CSharp.Name(parent));
        var inherits = type.IsEnum ? "" : string.Join(", ", bases);
        return $"{Kind(type)} {type.Namespace}.{CSharp.Name(type)}{(inherits.Length > 0 ? " : " : "")}{inherits}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
        => type.GetMembers(Declared)
            .Except(type.GetProperties(Declared).SelectMany(property => property.GetAccessors(nonPublic: true)))
            .Except(type.GetEvents(Declared).SelectMany(happening => new[] { happening.AddMethod!, happening.RemoveMethod! }))
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(CSharp.Signature)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .Select(signature => $"  {CSharp.Name(type)}.{signature}");
}
