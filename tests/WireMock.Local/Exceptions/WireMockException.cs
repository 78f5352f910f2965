namespace WireMock.Exceptions;

public class WireMockException(string message, Exception? inner = null) : Exception(message, inner);
