namespace TenantGateway;

/// <summary>Paths that an upstream may read otherwise than the gateway, which has chosen the route by them, and with it what it authorizes itself with.</summary>
internal static class RequestPath
{
    /// <summary>
    /// Whether a path leads out of its route for whoever takes a backslash for a slash, cuts the parameters of a segment off, or decodes twice. Where it does so for
    /// everybody, Kestrel has resolved it.
    /// </summary>
    public static bool LeadsOut(string path)
    {
        if (!path.Contains("..", StringComparison.Ordinal) && !path.Contains('%', StringComparison.Ordinal))
            return false;

        var read = Uri.UnescapeDataString(path).AsSpan();
        foreach (var segment in read.SplitAny('/', '\\'))
        {
            var name = read[segment];
            if (name.SequenceEqual("..") || name.StartsWith("..;", StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
