// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A core as its host sees it when the guest asks by semihosting.</summary>
public interface ISemihostingCaller
{
    /// <summary>The size of a field in the blocks that the guest hands over: 4 or 8.</summary>
    int WordBytes { get; }

    /// <summary>Loads as the program that asks does, with its rights.</summary>
    bool TryLoad(ulong address, int sizeBytes, out ulong value);

    /// <summary>Stores as the program that asks does.</summary>
    bool TryStore(ulong address, int sizeBytes, ulong value);

    /// <summary>Ends the slice after this instruction: the machine is switched off.</summary>
    void Stop();
}
