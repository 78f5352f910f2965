namespace Resilience.Http;

/// <summary>The same where YARP has made the client: of a <see cref="SocketsHttpHandler"/> and nothing else.</summary>
internal sealed class KnownClusterTransport : ClusterTransport, IKnownHandler;
