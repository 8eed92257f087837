// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>systemd's end of the notification socket: a real datagram socket of the kernel's.</summary>
internal sealed unsafe partial class NotifyListener : IDisposable
{
    private const int ReceiveTimeoutMs = 10_000;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = ReceiveTimeoutMs };
    private readonly string? _folder;

    public NotifyListener(bool isAbstract = false)
    {
        if (isAbstract)
        {
            var name = $"edgehypervisor-test-{Guid.NewGuid():N}";
            Path = "@" + name;
            _socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
            return;
        }
        _folder = Directory.CreateTempSubdirectory("notify-").FullName;
        Path = System.IO.Path.Combine(_folder, "socket");
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
    }

    /// <summary>What <c>NOTIFY_SOCKET</c> would say.</summary>
    public string Path { get; }

    public string[] Receive()
    {
        var bytes = new byte[4096];
        return Encoding.UTF8.GetString(bytes, 0, _socket.Receive(bytes)).Split('\n');
    }

    /// <summary>Receives a message and the open file that came with it.</summary>
    public (string[] Lines, int Descriptor) ReceiveWithFile()
    {
        var bytes = new byte[4096];
        var control = stackalloc nuint[8];
        // SAFETY: the kernel writes to this stack frame and to a pinned array, within the lengths given.
        fixed (byte* data = bytes)
        {
            var vector = stackalloc nuint[2];
            (vector[0], vector[1]) = ((nuint)data, (nuint)bytes.Length);
            var message = new Message { Vectors = vector, VectorCount = 1, Control = control, ControlLength = (nuint)(8 * sizeof(nuint)) };
            var length = ReceiveMessage((int)_socket.Handle, &message, 0);
            Assert.True(length > 0);
            // struct cmsghdr: a length, level SOL_SOCKET, type SCM_RIGHTS; then the descriptor.
            var header = (int*)(control + 1);
            Assert.Equal((1, 1), (header[0], header[1]));
            return (Encoding.UTF8.GetString(bytes, 0, (int)length).Split('\n'), header[2]);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    // struct msghdr
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public void* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int socket, Message* message, int flags);
}
