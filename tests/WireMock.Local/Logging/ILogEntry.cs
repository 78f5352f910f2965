namespace WireMock.Logging;

public interface ILogEntry
{
    Guid Guid { get; }

    IRequestMessage? RequestMessage { get; }

    IResponseMessage? ResponseMessage { get; }

    Guid? MappingGuid { get; }

    string? MappingTitle { get; }
}
