namespace WireMock.Logging;

internal sealed record LogEntry(IRequestMessage? RequestMessage, IResponseMessage? ResponseMessage, Guid? MappingGuid, string? MappingTitle)
    : ILogEntry
{
    public Guid Guid { get; } = Guid.NewGuid();
}
