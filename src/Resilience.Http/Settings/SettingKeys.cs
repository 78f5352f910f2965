using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>The keys of a policy's section, one for each setting of its options.</summary>
internal static class SettingKeys
{
    /// <summary>What is wrong with the keys, and with words that name no value of their enum. All else, and nested settings, are left to the binder.</summary>
    public static IEnumerable<string> FindFaults<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(IConfigurationSection section)
    {
        var settings = typeof(TOptions).GetProperties();
        foreach (var key in section.GetChildren())
        {
            var setting = Array.Find(settings, setting => setting.Name.Equals(key.Key, StringComparison.OrdinalIgnoreCase));
            if (setting is null)
                yield return $"configuration key '{key.Path}' is unknown; known are {string.Join(", ", settings.Where(IsBindable).Select(known => known.Name))}.";
            else if (!IsBindable(setting))
                yield return $"configuration key '{key.Path}' is of no use, because {setting.Name} can be set in code only.";
            else if (key.Value is "" && setting.PropertyType.IsValueType && Nullable.GetUnderlyingType(setting.PropertyType) is null)
                yield return $"configuration key '{key.Path}' is empty; give it a value or remove it.";
            else if (key.Value is { } word && setting.PropertyType is { IsEnum: true } words && !Enum.TryParse(words, word, ignoreCase: true, out _))
                yield return $"configuration key '{key.Path}' must be one of {string.Join(", ", Enum.GetNames(words))}.";
        }
    }

    private static bool IsBindable(PropertyInfo setting) => !setting.PropertyType.IsAssignableTo(typeof(Delegate));
}
