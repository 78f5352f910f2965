namespace Resilience.Http;

/// <summary>The file that keeps calls.</summary>
public sealed class SqliteOutboxOptions
{
    /// <summary>
    /// The path of the file. It is made if it is missing, for its owner only (0600). It must be on a local disk: SQLite's write-ahead log does not work over a network. Choose
    /// the application's own database if calls are to be committed together with its rows. The default is <c>outbox.db</c> in the current folder.
    /// </summary>
    public string Path { get; set; } = "outbox.db";

    /// <summary>
    /// The largest size of the file, in bytes; a call that would exceed it is not kept. What is noted of calls that were kept before may exceed it. The default is null: no bound but the disk.
    /// </summary>
    public long? MaxFileBytes { get; set; }
}
