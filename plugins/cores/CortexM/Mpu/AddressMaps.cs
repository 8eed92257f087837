// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The fast ways by page of the address space, one set for each privilege: where code is decoded and where memory lies
/// on the host. Untouched parts cost nothing on the host. Caches, filled as the guest goes along.
/// </summary>
internal sealed unsafe class AddressMaps : IDisposable
{
    private const int Pages = 1 << 20;
    private static readonly nuint MapBytes = (nuint)Pages * (nuint)sizeof(PageSlot);
    private static readonly nuint CodeBytes = (nuint)Pages * (nuint)sizeof(nint);
    private readonly Cpu* _cpu;
    private readonly nint[] _maps = new nint[2];
    private readonly nint[] _codes = new nint[2];

    public AddressMaps(Cpu* cpu)
    {
        _cpu = cpu;
        Select(isPrivileged: true);
    }

    /// <summary>Makes the set of a privilege current.</summary>
    public void Select(bool isPrivileged)
    {
        var index = isPrivileged ? 1 : 0;
        if (_maps[index] == 0) (_maps[index], _codes[index]) = (ZeroPages.Allocate(MapBytes), ZeroPages.Allocate(CodeBytes));
        _cpu->Map = (PageSlot*)_maps[index];
        _cpu->Code = (nint*)_codes[index];
    }

    /// <summary>Forgets everything.</summary>
    public void Flush()
    {
        var isPrivileged = _cpu->Map == (PageSlot*)_maps[1];
        Free();
        Select(isPrivileged);
        _cpu->Epoch++;
    }

    /// <inheritdoc/>
    public void Dispose() => Free();

    private void Free()
    {
        for (var i = 0; i < 2; i++)
        {
            if (_maps[i] == 0) continue;
            ZeroPages.Free(_maps[i], MapBytes);
            ZeroPages.Free(_codes[i], CodeBytes);
            (_maps[i], _codes[i]) = (0, 0);
        }
    }
}
