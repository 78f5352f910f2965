namespace Resilience.Http;

/// <summary>
/// The file and what SQLite keeps beside it: its log, which has what was committed last, and the index of that. One without the others has lost calls, and SQLite goes on all the same.
/// </summary>
internal static class SqliteCompanions
{
    private const string Mounts = "/proc/self/mountinfo";

    /// <exception cref="OutboxUnavailableException">The file alone was mounted, and its companions would lie elsewhere.</exception>
    public static void RejectMounted(string path)
    {
        if (IsMounted(path))
            throw new OutboxUnavailableException($"The outbox's file {path} is a mount of its own, and what SQLite writes beside it would be lost with this container; mount its folder.");
    }

    /// <exception cref="OutboxUnavailableException">One of them was removed while the file was open: what is committed now, nobody finds again.</exception>
    public static void RejectRemoved(string path)
    {
        if (!File.Exists(path) || !File.Exists($"{path}-wal"))
            throw new OutboxUnavailableException($"The outbox's file {path}, or its log beside it (-wal), was removed while it was in use. Calls that were kept last may be lost; start the program again, and leave the files that belong to it alone.");
    }

    // Its mount point is the fifth word of a line, with blanks as \040 (proc_pid_mountinfo(5)).
    private static bool IsMounted(string path)
    {
        try
        {
            return File.Exists(Mounts) && File.ReadLines(Mounts).Any(line => line.Split(' ', 6) is [_, _, _, _, var point, ..] && point.Replace("\\040", " ", StringComparison.Ordinal) == path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
