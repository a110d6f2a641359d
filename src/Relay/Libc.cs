using System.Runtime.InteropServices;

namespace PrivateConnect.Relay;

/// <summary>The few Linux calls that the event loop makes, and their constants (x86-64 and arm64).</summary>
internal static unsafe partial class Libc
{
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CLOEXEC = 0x80000;
    public const uint EPOLLIN = 0x001;
    public const uint EPOLLPRI = 0x002;
    public const uint EPOLLOUT = 0x004;
    public const uint EPOLLERR = 0x008;
    public const uint EPOLLHUP = 0x010;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 1u << 31;
    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int SHUT_WR = 1;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EINPROGRESS = 115;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, void* ev);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, void* events, int most, int timeout);

    [LibraryImport("libc")]
    public static partial int sched_yield();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* into, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, void* from, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int fd, void* into, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int fd, void* from, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int fd, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int fd, Message* message, int flags);

    [LibraryImport("libc")]
    public static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int fd, void* address, uint length);

    /// <summary>struct iovec.</summary>
    public struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr, as the 64-bit systems have it.</summary>
    public struct Message
    {
        public nint Name;
        public nuint NameLength;
        public Vector* Vectors;
        public nuint Count;
        public nint Control;
        public nuint ControlLength;
        public nint Flags;
    }

    /// <summary>One epoll event. The kernel packs it on x86-64 only.</summary>
    public struct Event
    {
        public uint Events;
        public ulong Data;
    }

    public static int EventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static int DataOffset { get; } = EventSize - sizeof(ulong);

    public static void WriteEvent(byte* at, Event ev)
    {
        *(uint*)at = ev.Events;
        *(ulong*)(at + DataOffset) = ev.Data;
    }

    public static Event ReadEvent(byte* at) => new() { Events = *(uint*)at, Data = *(ulong*)(at + DataOffset) };
}
