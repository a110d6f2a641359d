namespace PrivateConnect.Protocol.Sessions;

/// <summary>What the writer does next.</summary>
internal enum SendWork
{
    None = 0,
    BatchFull = 1,
    Control = 2,
    Pong = 3,
    Ping = 4,
    Credit = 5,
    Stream = 6,
}
