// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>UNSUBSCRIBE from one filter.</summary>
internal sealed class UnsubscribeCommand(string filter) : MosquittoCommand
{
    public override int Send(nint client, out int id) => Mosquitto.Unsubscribe(client, out id, filter, 0);
}
