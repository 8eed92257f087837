// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A model's side of the bus, message by message. Called under the bus's lock.</summary>
internal interface II2cModel
{
    /// <summary>Whether it answers its address now.</summary>
    bool IsAcknowledging { get; }

    /// <summary>The controller sends; false where the model refuses a byte.</summary>
    bool Write(ReadOnlySpan<byte> data);

    /// <summary>The controller takes.</summary>
    void Read(Span<byte> data);

    /// <summary>The transaction has ended.</summary>
    void Stop();

    /// <summary>What can be seen of it from outside.</summary>
    void Observe(IDictionary<string, string> seen);

    /// <summary>Changes the outside; false when there is no such thing.</summary>
    bool TryChange(string owner, string name, string value);

    /// <summary>What <see cref="TryChange"/> knows.</summary>
    string Changeable { get; }
}
