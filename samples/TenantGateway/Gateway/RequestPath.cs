namespace TenantGateway;

/// <summary>Paths that an upstream may read otherwise than the gateway, which has chosen the route by them, and with it what it authorizes itself with.</summary>
internal static class RequestPath
{
    /// <summary>
    /// Whether a path leads out of its route for whoever takes a backslash for a slash, cuts off what stands behind a name, decodes twice, or drops control characters, which
    /// no path needs (the WHATWG's URL standard has them dropped). Where it does so for everybody, Kestrel has resolved it.
    /// </summary>
    public static bool LeadsOut(string path)
    {
        var read = Uri.UnescapeDataString(path).AsSpan();
        if (read.IndexOfAnyInRange('\0', '\x1F') >= 0 || read.Contains('\x7F'))
            return true;

        foreach (var segment in read.SplitAny('/', '\\'))
        {
            var name = read[segment];
            if (name.IndexOfAny(";?#") is var end && end >= 0)
                name = name[..end];
            if (name.Trim(' ').SequenceEqual(".."))
                return true;
        }

        return false;
    }
}
