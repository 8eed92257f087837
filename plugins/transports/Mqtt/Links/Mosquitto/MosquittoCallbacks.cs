// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>What libmosquitto calls, on the link's own thread, from inside the functions that the link calls.</summary>
/// <remarks>No exception may pass through the library's frames: the link catches everything.</remarks>
internal static unsafe class MosquittoCallbacks
{
    /// <summary>Registers them all; the client's user data has to be a handle to a <see cref="MosquittoLink"/>.</summary>
    public static void Register(nint client)
    {
        Mosquitto.OnConnect(client, &OnConnect);
        Mosquitto.OnDisconnect(client, &OnDisconnect);
        Mosquitto.OnPublish(client, &OnPublish);
        Mosquitto.OnSubscribe(client, &OnSubscribe);
        Mosquitto.OnUnsubscribe(client, &OnUnsubscribe);
        Mosquitto.OnMessage(client, &OnMessage);
        Mosquitto.OnLog(client, &OnLog);
    }

    private static void Call(nint user, Action<MosquittoLink> action)
    {
        var link = (MosquittoLink)GCHandle.FromIntPtr(user).Target!;
        try
        {
            action(link);
        }
        catch (Exception e)
        {
            link.Break(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnect(nint client, nint user, int reason, int flags, nint properties) =>
        Call(user, link => link.OnConnected(reason, flags, properties));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDisconnect(nint client, nint user, int reason, nint properties) =>
        Call(user, link => link.OnDisconnected(reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPublish(nint client, nint user, int id, int reason, nint properties) =>
        Call(user, link => link.OnAnswer(id, reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSubscribe(nint client, nint user, int id, int count, int* granted, nint properties)
    {
        // SAFETY: the library passes 'count' numbers; we subscribe to one filter at a time.
        var reason = count > 0 ? granted[0] : 0;
        Call(user, link => link.OnAnswer(id, reason));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnUnsubscribe(nint client, nint user, int id, nint properties) =>
        Call(user, link => link.OnAnswer(id, 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(nint client, nint user, MosquittoMessage* message, nint properties)
    {
        // SAFETY: the library's message is valid during this call; everything is copied out of it.
        var copy = message;
        Call(user, link => link.OnMessage(Copy(*copy, properties)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, nint user, int level, byte* text)
    {
        if (level is not (Mosquitto.LogError or Mosquitto.LogWarning)) return;
        var line = Marshal.PtrToStringUTF8((nint)text) ?? "";
        Call(user, link => link.OnLog(line));
    }

    private static ReceivedMessage Copy(in MosquittoMessage message, nint properties)
    {
        var plain = new TransportMessage
        {
            Topic = Marshal.PtrToStringUTF8(message.Topic) ?? "",
            // SAFETY: the library says how long its payload is.
            Payload = new ReadOnlySpan<byte>((void*)message.Payload, message.PayloadLength).ToArray(),
            Qos = (TransportQos)Math.Min(message.Qos, (int)TransportQos.AtLeastOnce),
            Retain = message.Retain != 0,
        };
        return new ReceivedMessage(
            MosquittoProperties.ReadMessage(properties, plain), MosquittoProperties.ReadSubscriptionIdentifiers(properties));
    }
}
