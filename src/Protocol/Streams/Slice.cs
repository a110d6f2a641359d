namespace PrivateConnect.Protocol.Streams;

/// <summary>A part of a block: one frame's payload.</summary>
/// <param name="Start">Offset in the block.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct Slice(int Start, int Length);
