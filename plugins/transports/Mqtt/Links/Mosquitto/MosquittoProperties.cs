// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>A list of MQTT 5 properties in libmosquitto's memory (OASIS MQTT 5.0, section 2.2.2.2): built, used, freed.</summary>
internal unsafe partial struct MosquittoProperties : IDisposable
{
    private const int MessageExpiryInterval = 0x02;
    private const int ContentType = 0x03;
    private const int ResponseTopic = 0x08;
    private const int CorrelationData = 0x09;
    private const int SubscriptionIdentifier = 0x0B;
    private const int SessionExpiryInterval = 0x11;
    private const int UserProperty = 0x26;
    private const int MaximumPacketSize = 0x27;

    private nint _list;

    /// <summary>For the library's functions; they copy it.</summary>
    public readonly nint List => _list;

    public static MosquittoProperties OfConnect(LinkSettings settings)
    {
        var properties = default(MosquittoProperties);
        if (!settings.CleanStart) Check(AddInt32(ref properties._list, SessionExpiryInterval, settings.SessionExpirySeconds));
        Check(AddInt32(ref properties._list, MaximumPacketSize, settings.Broker.MaximumReceivePacketBytes));
        return properties;
    }

    public static MosquittoProperties OfSubscribe(int identifier)
    {
        var properties = default(MosquittoProperties);
        if (identifier > 0) Check(AddVarint(ref properties._list, SubscriptionIdentifier, (uint)identifier));
        return properties;
    }

    public static MosquittoProperties OfMessage(TransportMessage message)
    {
        var properties = default(MosquittoProperties);
        ref var list = ref properties._list;
        if (message.Expiry > TimeSpan.Zero) Check(AddInt32(ref list, MessageExpiryInterval, ExpirySeconds(message)));
        if (message.ContentType is { } type) Check(AddString(ref list, ContentType, type));
        if (message.ResponseTopic is { } topic) Check(AddString(ref list, ResponseTopic, topic));
        if (!message.CorrelationData.IsEmpty)
        {
            // SAFETY: the span stays pinned during the call, which copies.
            fixed (byte* data = message.CorrelationData.Span)
                Check(AddBinary(ref list, CorrelationData, data, (ushort)message.CorrelationData.Length));
        }
        foreach (var (key, value) in message.UserProperties) Check(AddStringPair(ref list, UserProperty, key, value));
        return properties;
    }

    public void Dispose() => FreeAll(ref _list);

    /// <summary>The numbers of the subscriptions that a message came for.</summary>
    public static List<int> ReadSubscriptionIdentifiers(nint list)
    {
        var identifiers = new List<int>(1);
        for (var p = list; p != 0; p = Next(p))
        {
            if (Identifier(p) == SubscriptionIdentifier && ReadVarint(p, SubscriptionIdentifier, out var value, 0) != 0) identifiers.Add((int)value);
        }
        return identifiers;
    }

    /// <summary>A property of CONNACK that is a 32-bit number; null where it is absent.</summary>
    public static uint? FindMaximumPacketSize(nint list) => ReadInt32(list, MaximumPacketSize, out var value, 0) != 0 ? value : null;

    /// <summary>CONNACK's Receive Maximum; null where it is absent.</summary>
    public static ushort? FindReceiveMaximum(nint list) => ReadInt16(list, 0x21, out var value, 0) != 0 ? value : null;

    /// <summary>CONNACK's Subscription Identifiers Available; null where it is absent.</summary>
    public static byte? FindSubscriptionIdentifiersAvailable(nint list) => ReadByte(list, 0x29, out var value, 0) != 0 ? value : null;

    /// <summary>The broker's own words about a refusal; null where it says none.</summary>
    public static string? FindReasonString(nint list) => FindString(list, 0x1F);

    /// <summary>Adds a message's properties to what else is known of it.</summary>
    public static TransportMessage ReadMessage(nint list, TransportMessage message) => message with
    {
        Expiry = TimeSpan.FromSeconds(ReadInt32(list, MessageExpiryInterval, out var seconds, 0) != 0 ? seconds : 0),
        ContentType = FindString(list, ContentType),
        ResponseTopic = FindString(list, ResponseTopic),
        CorrelationData = FindCorrelationData(list),
        UserProperties = ReadUserProperties(list),
    };

    private static uint ExpirySeconds(TransportMessage message) =>
        (uint)Math.Clamp(Math.Ceiling(message.Expiry.TotalSeconds), 1, uint.MaxValue);

    private static List<KeyValuePair<string, string>> ReadUserProperties(nint list)
    {
        var properties = new List<KeyValuePair<string, string>>();
        for (var p = list; p != 0; p = Next(p))
        {
            if (Identifier(p) != UserProperty || ReadStringPair(p, UserProperty, out var key, out var value, 0) == 0) continue;
            properties.Add(new(Take(key), Take(value)));
        }
        return properties;
    }

    private static byte[] FindCorrelationData(nint list)
    {
        if (ReadBinary(list, CorrelationData, out var data, out var length, 0) == 0) return [];
        // SAFETY: the library allocated 'length' bytes at 'data' and gave them to us.
        var bytes = new ReadOnlySpan<byte>((void*)data, length).ToArray();
        NativeMemory.Free((void*)data);
        return bytes;
    }

    private static string? FindString(nint list, int identifier) =>
        ReadString(list, identifier, out var text, 0) != 0 ? Take(text) : null;

    // The library's strings are malloc'ed for the caller.
    private static string Take(nint text)
    {
        var result = Marshal.PtrToStringUTF8(text) ?? "";
        NativeMemory.Free((void*)text);
        return result;
    }

    private static void Check(int error)
    {
        if (error != Mosquitto.Success) throw new TransportException($"a property of the message cannot be sent: {Mosquitto.Describe(error, 0)}");
    }

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_add_int32")]
    private static partial int AddInt32(ref nint list, int identifier, uint value);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_add_varint")]
    private static partial int AddVarint(ref nint list, int identifier, uint value);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_add_binary")]
    private static partial int AddBinary(ref nint list, int identifier, byte* value, ushort length);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_add_string", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddString(ref nint list, int identifier, string value);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_add_string_pair", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddStringPair(ref nint list, int identifier, string name, string value);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_free_all")]
    private static partial void FreeAll(ref nint list);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_next")]
    private static partial nint Next(nint property);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_identifier")]
    private static partial int Identifier(nint property);

    // The readers give the property back, or null where there is none.
    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_byte")]
    private static partial nint ReadByte(nint list, int identifier, out byte value, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_int16")]
    private static partial nint ReadInt16(nint list, int identifier, out ushort value, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_int32")]
    private static partial nint ReadInt32(nint list, int identifier, out uint value, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_varint")]
    private static partial nint ReadVarint(nint list, int identifier, out uint value, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_binary")]
    private static partial nint ReadBinary(nint list, int identifier, out nint value, out ushort length, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_string")]
    private static partial nint ReadString(nint list, int identifier, out nint value, byte skipFirst);

    [LibraryImport(Mosquitto.Library, EntryPoint = "mosquitto_property_read_string_pair")]
    private static partial nint ReadStringPair(nint list, int identifier, out nint name, out nint value, byte skipFirst);
}
