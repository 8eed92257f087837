// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Where a core stops for a debugger, and how it gets past the place again.</summary>
public sealed class Breakpoints
{
    private readonly HashSet<long> _addresses = []; // .NET has no code ready for sets of unsigned ones
    private bool _hasStopped;
    private ulong? _pass;

    /// <summary>Sets one; false where there is one already.</summary>
    public bool Add(ulong address) => _addresses.Add((long)address);

    /// <summary>Takes one away; false where there is none.</summary>
    public bool Remove(ulong address) => _addresses.Remove((long)address);

    /// <summary>Whether there is one.</summary>
    public bool Contains(ulong address) => _addresses.Contains((long)address);

    /// <summary>A slice that begins at the breakpoint where the last one stopped goes on behind it.</summary>
    public void BeginSlice(ulong programCounter)
    {
        _pass = _hasStopped ? programCounter : null;
        _hasStopped = false;
    }

    /// <summary>Whether to stop before the instruction at the program counter: not when the last stop was here.</summary>
    public bool StopsAt(ulong programCounter)
    {
        if (!_addresses.Contains((long)programCounter)) return false;
        var passes = _pass == programCounter;
        _pass = null;
        _hasStopped = !passes;
        return !passes;
    }
}
