namespace PrivateConnect.Relay;

/// <summary>What an event of the epoll loop finds by its mark.</summary>
internal interface IEpollEntry
{
    /// <summary>Slot and generation in the loop's table.</summary>
    ulong Mark { get; set; }

    /// <summary>On the loop.</summary>
    void OnEvents(uint happened);

    /// <summary>Closes the socket; later calls do nothing.</summary>
    void Close(bool orderly);
}
