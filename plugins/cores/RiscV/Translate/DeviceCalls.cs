// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What translated code calls for a load or store that has reached a device before: everything that the interpreter's slow path
/// does, except for a trap. The program counter and the count of instructions are exact; the registers still are in the code's locals.
/// </summary>
internal static unsafe class DeviceCalls
{
    /// <summary><see cref="LoadValue"/>, for the emitter.</summary>
    public static readonly MethodInfo Load = Find(nameof(LoadValue));

    /// <summary><see cref="StoreValue"/>, for the emitter.</summary>
    public static readonly MethodInfo Store = Find(nameof(StoreValue));

    /// <summary>Loads; the value has zeros above its bytes.</summary>
    public static DeviceOutcome LoadValue(nint state, long address, int sizeBytes, out long value)
    {
        var core = Hart.Core((Hart*)state);
        var stamp = core.Translator!.Stamp;
        value = 0;
        if (!IsAligned(address, sizeBytes) || !core.Memory.TryLoadDevice((ulong)address, sizeBytes, out var loaded)) return DeviceOutcome.Interpret;
        value = (long)loaded;
        return OutcomeOf(core, stamp);
    }

    /// <summary>Stores the low bytes of a value.</summary>
    public static DeviceOutcome StoreValue(nint state, long address, long value, int sizeBytes)
    {
        var core = Hart.Core((Hart*)state);
        var stamp = core.Translator!.Stamp;
        // A trap is the interpreter's: nothing has happened, and it comes to the same end.
        if (!IsAligned(address, sizeBytes) || !core.Memory.TryStoreDevice((ulong)address, sizeBytes, (ulong)value)) return DeviceOutcome.Interpret;
        return OutcomeOf(core, stamp);
    }

    // One that is not may be made in parts, of which a later one may fail.
    private static bool IsAligned(long address, int sizeBytes) => (address & (sizeBytes - 1)) == 0;

    private static DeviceOutcome OutcomeOf(RiscVCore core, long stamp) =>
        core.NeedsAttention || core.Translator!.Stamp != stamp ? DeviceOutcome.Leave : DeviceOutcome.GoOn;

    private static MethodInfo Find(string name) => typeof(DeviceCalls).GetMethod(name)!;
}
