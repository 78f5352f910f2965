namespace Resilience.Http;

/// <summary>The state that a policy keeps for one partition.</summary>
internal interface IPartitionState
{
    /// <summary>Whose state it is; looked at in every search, so it is not copied.</summary>
    ref readonly PartitionKey Key { get; }

    /// <summary>When it was last asked for, as a timestamp, to about a second.</summary>
    long LastUsed { get; set; }

    /// <summary>What is lost if it is forgotten.</summary>
    Retention RetentionAt(long now);

    /// <summary>It has been forgotten.</summary>
    void OnForgotten()
    {
    }
}
