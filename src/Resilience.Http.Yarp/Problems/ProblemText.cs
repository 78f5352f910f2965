using System.Text.Json.Serialization;

namespace Resilience.Http;

/// <summary>How text becomes JSON, also where nothing can be generated at run time.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ProblemText : JsonSerializerContext;
