// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>The built-in channel: datagrams to the socket that <c>NOTIFY_SOCKET</c> names (sd_notify(3), unix(7)).</summary>
internal sealed unsafe partial class NotifySocket(ServiceEnvironment environment, Action<string> report) : INotifyChannel
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int NoSignal = 0x4000;

    private readonly UnixDomainSocketEndPoint? _target = environment.NotifySocket is { } path ? EndPointOf(path) : null;

    public bool IsPresent => _target is not null;

    public void Send(string state, int? descriptor = null)
    {
        if (_target is null) return;
        try
        {
            // A socket for each message: they are rare, and systemd may have been started anew in between.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(_target);
            SendTo(socket, Encoding.UTF8.GetBytes(state), descriptor);
        }
        catch (SocketException e)
        {
            report($"systemd cannot be told '{state.Split('\n')[0]}': {e.Message}");
        }
    }

    // A leading @ stands for the zero byte of the abstract namespace.
    private static UnixDomainSocketEndPoint EndPointOf(string path) => new(path[0] == '@' ? '\0' + path[1..] : path);

    private static void SendTo(Socket socket, byte[] text, int? descriptor)
    {
        if (descriptor is { } number)
            SendWithDescriptor(socket, text, number);
        else
            socket.Send(text);
    }

    private static void SendWithDescriptor(Socket socket, byte[] text, int descriptor)
    {
        // Room for one control message with one descriptor, aligned as CMSG_SPACE(3) says.
        var control = stackalloc nuint[(sizeof(ControlHeader) / sizeof(nuint)) + 1];
        *(ControlHeader*)control = new ControlHeader
        {
            Length = (nuint)(sizeof(ControlHeader) + sizeof(int)),
            Level = SolSocket,
            Type = ScmRights,
        };
        // SAFETY: the header is followed by one more word, which holds the descriptor.
        *(int*)((byte*)control + sizeof(ControlHeader)) = descriptor;
        // SAFETY: all that the kernel reads lies on this stack frame or is pinned until the call returns.
        fixed (byte* data = text)
        {
            var vector = new IoVector { Base = data, Length = (nuint)text.Length };
            var message = new MessageHeader
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = (nuint)(sizeof(ControlHeader) + sizeof(nuint)),
            };
            if (SendMessage((int)socket.Handle, &message, NoSignal) < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        }
    }

    // struct iovec
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct cmsghdr
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, MessageHeader* message, int flags);
}
