using System.Globalization;
using System.Reflection;

namespace Resilience.Http.Tests;

/// <summary>Names and signatures much as one would write them.</summary>
internal static class CSharp
{
    private static readonly Dictionary<string, string> Keywords = new()
    {
        ["Boolean"] = "bool",
        ["Byte"] = "byte",
        ["Double"] = "double",
        ["Int32"] = "int",
        ["Int64"] = "long",
        ["Object"] = "object",
        ["String"] = "string",
        ["Void"] = "void",
    };

    /// <summary>Null for what no user of the assembly can reach.</summary>
    public static string? Signature(MemberInfo member) => member switch
    {
        FieldInfo { DeclaringType.IsEnum: true, IsLiteral: true } field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}"),
        FieldInfo { DeclaringType.IsEnum: false } field when IsReachable(field.IsPublic, field.IsFamily, field.IsFamilyOrAssembly)
            => $"{field.Name}: {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)}",
        PropertyInfo property => Signature(property),
        EventInfo happening when IsReachable(happening.AddMethod!) => $"{happening.Name}: event {Name(happening.EventHandlerType!)}",
        ConstructorInfo { IsStatic: false } constructor when IsReachable(constructor) => $"new({Parameters(constructor)})",
        MethodInfo method when IsReachable(method) => $"{method.Name}{Generics(method)}({Parameters(method)}): {Modifiers(method)}{Name(method.ReturnType)}",
        _ => null,
    };

    public static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";

        var name = Keywords.GetValueOrDefault(type.Name, type.Name.Split('`')[0]);
        var outer = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}." : "";
        return outer + (type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name);
    }

    private static string? Signature(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsReachable).ToArray();
        return accessors.Length == 0
            ? null
            : $"{property.Name}{Indices(property)}: {Modifiers(accessors[0])}{Name(property.PropertyType)} {{ {string.Join(' ', accessors.Select(Accessor))} }}";
    }

    private static string Accessor(MethodInfo accessor)
    {
        var isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Length > 0;
        var verb = accessor.ReturnType != typeof(void) ? "get;" : isInit ? "init;" : "set;";
        return accessor.IsPublic ? verb : $"protected {verb}";
    }

    private static string Modifiers(MethodInfo method)
        => (method.IsPublic ? "" : "protected ")
            + (method.IsStatic ? "static " : "")
            + (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
                : method.IsAbstract ? "abstract "
                : method.GetBaseDefinition() != method ? "override "
                : "virtual ");

    private static string Generics(MethodInfo method)
        => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Indices(PropertyInfo property)
        => property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        var value = parameter.HasDefaultValue ? string.Create(CultureInfo.InvariantCulture, $" = {parameter.RawDefaultValue ?? "default"}") : "";
        return $"{passing}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static bool IsReachable(MethodBase method) => IsReachable(method.IsPublic, method.IsFamily, method.IsFamilyOrAssembly);

    private static bool IsReachable(params bool[] levels) => levels.Contains(true);
}
