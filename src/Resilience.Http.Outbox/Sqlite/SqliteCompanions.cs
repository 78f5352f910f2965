namespace Resilience.Http;

/// <summary>
/// The file and what SQLite keeps beside it: its log, which has what was committed last, and the index of that. One without the others has lost calls, and SQLite goes on all the same. So does it with
/// one that is no longer the one of that name: others have made it anew.
/// </summary>
internal sealed class SqliteCompanions
{
    private const string Mounts = "/proc/self/mountinfo";

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    private readonly string _path;
    private readonly FileIdentity?[] _opened;
    private bool _isGone;

    /// <param name="path">The file, just opened, with all that belongs to it.</param>
    public SqliteCompanions(string path) => (_path, _opened) = (path, Look(path));

    /// <exception cref="OutboxUnavailableException">The file alone was mounted, and its companions would lie elsewhere.</exception>
    public static void RejectMounted(string path)
    {
        if (IsMounted(path))
            throw new OutboxUnavailableException($"The outbox's file {path} is a mount of its own, and what SQLite writes beside it would be lost with this container; mount its folder.");
    }

    /// <exception cref="OutboxUnavailableException">One of them was removed or replaced while the file was open: what is committed now, nobody finds again. Nor does it come back.</exception>
    public void RejectRemoved()
    {
        _isGone = _isGone || Look(_path).Zip(_opened).Any(file => FileIdentity.IsGone(file.Second, file.First));
        if (_isGone)
            throw new OutboxUnavailableException($"The outbox's file {_path}, or what belongs to it (-wal, -shm), was removed or replaced while it was in use. Calls that were kept last may be lost; start the program again, and leave the files alone.");
    }

    // An older system does not say by which mount it sees a file, and has its mount points as text: the fifth word of a line (proc_pid_mountinfo(5)).
    private static bool IsMounted(string path)
    {
        try
        {
            return FileIdentity.Of(path) is { Mount: not 0 and var own } && FileIdentity.Of(Path.GetDirectoryName(path)!) is { Mount: not 0 and var beside }
                ? own != beside
                : File.Exists(Mounts) && File.ReadLines(Mounts).Any(line => line.Split(' ', 6) is [_, _, _, _, var point, ..] && point.Replace("\\040", " ", StringComparison.Ordinal) == path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileIdentity?[] Look(string path) => [.. Suffixes.Select(suffix => FileIdentity.Of(path + suffix))];
}
