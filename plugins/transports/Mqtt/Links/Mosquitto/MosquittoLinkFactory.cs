// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Links on libmosquitto.</summary>
internal sealed class MosquittoLinkFactory : IMqttLinkFactory
{
    public string Name => "libmosquitto";

    public IMqttLink Create(LinkSettings settings, Inbox inbox) => new MosquittoLink(settings, inbox);

    public void VerifyInstalled()
    {
        if (!NativeLibrary.TryLoad(Mosquitto.Library, out var library))
        {
            throw new TransportException(
                $"{Mosquitto.Library} is not installed: on Debian and Raspberry Pi OS, 'sudo apt install libmosquitto1'");
        }
        NativeLibrary.Free(library);
    }
}
