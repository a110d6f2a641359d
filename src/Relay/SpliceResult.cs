using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>How a splice ended.</summary>
/// <param name="Error"><see cref="StreamError.None"/> for an orderly end, else the first cause.</param>
/// <param name="BytesIn">Bytes from the session to the socket.</param>
/// <param name="BytesOut">Bytes from the socket to the session.</param>
/// <param name="Lasted">From open to end.</param>
public readonly record struct SpliceResult(StreamError Error, long BytesIn, long BytesOut, TimeSpan Lasted);
