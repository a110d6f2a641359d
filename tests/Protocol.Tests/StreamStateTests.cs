using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>The table of docs/protocol.md is the table of the code, cell by cell.</summary>
public sealed class StreamStateTests
{
    [Fact]
    public void EveryCellIsAsTheDocumentSays()
    {
        var document = SpecDocument.StateTable();
        foreach (var state in Enum.GetValues<StreamState>())
        {
            foreach (var happened in Enum.GetValues<StreamEvent>())
                Assert.Equal(document[(state, happened)], StreamTransitions.Next(state, happened));
        }
    }

    [Fact]
    public void ClosedIsTheEndAndNothingLeavesIt()
    {
        foreach (var happened in Enum.GetValues<StreamEvent>())
            Assert.True(StreamTransitions.Next(StreamState.Closed, happened) is null or StreamState.Closed);
    }
}
