namespace Resilience.Http;

/// <summary>The options of one policy of a client, which follow what they come from.</summary>
internal interface IPolicyReload
{
    /// <summary>Makes the options anew if what they come from has changed.</summary>
    /// <returns>Puts them in force; null if nothing has changed.</returns>
    Action? Prepare();
}
