using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>RFC 9457 §3, <c>application/problem+json</c>.</summary>
internal static class ProblemJson
{
    public const string MediaType = "application/problem+json";

    /// <summary>Any object will do, an empty one too.</summary>
    public static ProblemMembers? Read(ProblemSource source)
        => source.MediaType.Is(MediaType) && source.Json is { } problem ? ProblemMembers.From(problem) with { IsStandard = true } : null;

    /// <summary>The problem as UTF-8.</summary>
    public static byte[] Write(Problem problem)
    {
        var json = new ArrayBufferWriter<byte>();
        Write(problem, json);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>The problem as UTF-8. Its status is that of the response, as §3.1.2 has it, whatever the body claimed.</summary>
    public static void Write(Problem problem, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);

        writer.WriteStartObject();
        writer.WriteString("type", problem.Type);
        WriteOptional(writer, "title", problem.Title);
        if (problem.Status is { } status)
            writer.WriteNumber("status", (int)status);
        WriteOptional(writer, "detail", problem.Detail);
        WriteOptional(writer, "instance", problem.Instance);
        foreach (var (name, value) in problem.Extensions)
            WriteExtension(writer, name, value);
        writer.WriteEndObject();
        writer.Flush();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static void WriteExtension(Utf8JsonWriter writer, string name, JsonElement value)
    {
        if (name is "type" or "title" or "status" or "detail" or "instance" || value.ValueKind is JsonValueKind.Undefined)
            return;

        // As it came: WriteTo throws on strings with half a surrogate pair.
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }
}
