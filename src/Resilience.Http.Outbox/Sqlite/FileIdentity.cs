using System.Runtime.InteropServices;
using System.Text;

namespace Resilience.Http;

/// <summary>What tells a file from another that has its name later.</summary>
/// <param name="Device">The device that it lies on.</param>
/// <param name="Inode">Its number there; 0 if that is not known.</param>
/// <param name="Mount">The mount that it is seen through; 0 if that is not known.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, ulong Mount)
{
    // statx(2), the same on every processor.
    private const int Folder = -100;
    private const uint InodeAndMount = 0x100 | 0x1000;
    private const int Size = 256;
    private const int NotFound = 2;

    /// <returns>Null if there is none of that name.</returns>
    public static FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? default(FileIdentity) : null;

        var found = new byte[Size];
        try
        {
            if (StatX(Folder, [.. Encoding.UTF8.GetBytes(path), 0], 0, InodeAndMount, found) != 0)
                return Marshal.GetLastPInvokeError() == NotFound ? null : default(FileIdentity);
        }
        // A libc without it.
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return File.Exists(path) ? default(FileIdentity) : null;
        }

        var hasMount = (BitConverter.ToUInt32(found) & 0x1000) != 0;
        return new(Number(found, 136), Number(found, 32), hasMount ? Number(found, 144) : 0);
    }

    /// <param name="before">The file, as it was known.</param>
    /// <param name="now">What has its name now.</param>
    public static bool IsGone(FileIdentity? before, FileIdentity? now)
        => before is { } known && (now is not { } other || (known.Inode != 0 && other.Inode != 0 && (known.Device, known.Inode) != (other.Device, other.Inode)));

    private static ulong Number(byte[] found, int at) => BitConverter.ToUInt64(found, at);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, [Out] byte[] found);
}
