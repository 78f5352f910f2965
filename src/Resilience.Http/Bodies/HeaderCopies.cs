using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Copies headers as they came.</summary>
internal static class HeaderCopies
{
    extension(HttpHeaders headers)
    {
        public void CopyFrom(HttpHeaders others)
        {
            foreach (var (name, values) in others.NonValidated)
                headers.TryAddWithoutValidation(name, values);
        }
    }
}
