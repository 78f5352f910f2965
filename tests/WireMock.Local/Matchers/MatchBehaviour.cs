namespace WireMock.Matchers;

public enum MatchBehaviour
{
    AcceptOnMatch,
    RejectOnMatch,
}
