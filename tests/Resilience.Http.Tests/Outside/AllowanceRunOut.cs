using Resilience.Http;

namespace Outside;

public sealed class AllowanceRunOut(ClientContext client, string partition) : ClientEvent(client, partition);
