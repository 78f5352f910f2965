using Microsoft.Data.Sqlite;

namespace Resilience.Http;

/// <summary>How the file is made and opened, the same way every time.</summary>
internal static class SqliteFile
{
    // Of a connection that writes beside this one, such as the application's own.
    private const int BusyTimeout = 2000;

    private static readonly string[] NetworkFormats =
    [
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "virtiofs", "vboxsf", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "afpfs", "webdav",
        "fuse.sshfs", "fuse.ceph", "fuse.glusterfs", "fuse.juicefs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone",
    ];

    /// <exception cref="OutboxUnavailableException">The file lies on a network, or cannot be made.</exception>
    public static SqliteConnection Open(SqliteOutboxOptions options)
    {
        var path = PathOf(options);
        RejectNetwork(path);
        SqliteCompanions.RejectMounted(path);
        Make(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusyTimeout / 1000 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusyTimeout}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Where the file lies, by whatever link it is named: SQLite names its companions by that, and so must the lock of its drain.</summary>
    public static string PathOf(SqliteOutboxOptions options)
    {
        var path = Path.GetFullPath(options.Path);
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        // Links that lead round in a circle: opening it says so.
        catch (IOException)
        {
            return path;
        }
    }

    public static OutboxUnavailableException Full() => new("The call was not kept, because the outbox's file is full: it would be larger than MaxFileBytes.");

    /// <summary>For files that nobody else may read, nor lock.</summary>
    public static FileStreamOptions OfOwner(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Whether commits on this connection wait for the disk.</summary>
    public static bool IsDurable(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction)
    {
        using var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, "PRAGMA synchronous");
        return command.ExecuteScalar() is long and >= 2;
    }

    public static bool IsNetwork(DriveType type, string format) => type is DriveType.Network || NetworkFormats.Contains(format, StringComparer.OrdinalIgnoreCase);

    // Made before it is opened: SQLite gives its companions the rights that the file has.
    private static void Make(string path)
    {
        if (File.Exists(path))
            return;

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, OfOwner(FileMode.CreateNew));
        }
        catch (IOException) when (File.Exists(path))
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutboxUnavailableException($"The outbox's file {path} could not be made: {e.Message}", e);
        }
    }

    private static void RejectNetwork(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        if (IsOnNetwork(folder) is { } format)
            throw new OutboxUnavailableException($"The outbox's file {path} lies on a network file system ({format}), where SQLite's write-ahead log does not work; choose a local disk, or PostgreSQL.");
    }

    private static string? IsOnNetwork(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return IsNetwork(drive.DriveType, drive.DriveFormat) ? drive.DriveFormat : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static void Execute(SqliteConnection connection, string pragmas)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
    }
}
