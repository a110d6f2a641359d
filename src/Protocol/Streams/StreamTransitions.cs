namespace PrivateConnect.Protocol.Streams;

/// <summary>The whole state table; pure. docs/protocol.md shows the same table and the tests compare the two.</summary>
public static class StreamTransitions
{
    /// <summary>
    /// The state after <paramref name="happened"/>; null where the pair is not allowed: a violation of the peer for
    /// Receive… events, a defect of ours for Send… events. Frames for a closed stream change nothing.
    /// </summary>
    public static StreamState? Next(StreamState state, StreamEvent happened) => (state, happened) switch
    {
        (StreamState.Idle, StreamEvent.SendOpen) => StreamState.Opening,
        (StreamState.Idle, StreamEvent.ReceiveOpen) => StreamState.Offered,
        (StreamState.Idle, _) => null,

        (StreamState.Closed, StreamEvent.ReceiveOpen or StreamEvent.ReceiveOpened) => null,
        (StreamState.Closed, StreamEvent.ReceiveData or StreamEvent.ReceiveFin or StreamEvent.ReceiveReset
            or StreamEvent.ReceiveCredit) => StreamState.Closed,
        (StreamState.Closed, _) => null,

        (_, StreamEvent.SendReset or StreamEvent.ReceiveReset) => StreamState.Closed,
        (_, StreamEvent.ReceiveCredit) => state,

        (StreamState.Opening, StreamEvent.ReceiveOpened) => StreamState.Open,
        (StreamState.Opening, StreamEvent.SendData) => StreamState.Opening,
        (StreamState.Opening, StreamEvent.SendFin) => StreamState.OpeningFin,

        (StreamState.OpeningFin, StreamEvent.ReceiveOpened) => StreamState.LocalClosed,

        (StreamState.Offered, StreamEvent.SendOpened) => StreamState.Open,
        (StreamState.Offered, StreamEvent.ReceiveData) => StreamState.Offered,
        (StreamState.Offered, StreamEvent.ReceiveFin) => StreamState.OfferedFin,

        (StreamState.OfferedFin, StreamEvent.SendOpened) => StreamState.RemoteClosed,

        (StreamState.Open, StreamEvent.SendData or StreamEvent.ReceiveData) => StreamState.Open,
        (StreamState.Open, StreamEvent.SendFin) => StreamState.LocalClosed,
        (StreamState.Open, StreamEvent.ReceiveFin) => StreamState.RemoteClosed,

        (StreamState.LocalClosed, StreamEvent.ReceiveData) => StreamState.LocalClosed,
        (StreamState.LocalClosed, StreamEvent.ReceiveFin) => StreamState.Closed,

        (StreamState.RemoteClosed, StreamEvent.SendData) => StreamState.RemoteClosed,
        (StreamState.RemoteClosed, StreamEvent.SendFin) => StreamState.Closed,

        _ => null,
    };
}
