// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Accesses that have reached a device. RAM is tried first, as ever; what is not there the core is asked for by a call, and
/// the region goes on behind it, with its registers where they are.
/// </summary>
public sealed partial class RegionEmitter
{
    /// <summary>As <see cref="LoadAt"/>, of what may be a device; the value goes to <paramref name="set"/>.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="displacement">What is added to it.</param>
    /// <param name="width">How much.</param>
    /// <param name="signed">Whether it is sign-extended.</param>
    /// <param name="wide">Whether the value is wanted as <c>int64</c>.</param>
    /// <param name="load"><c>DeviceOutcome (nint state, long address, int sizeBytes, out long value)</c>, zeros above the value.</param>
    /// <param name="set">Pops the value; written twice.</param>
    public void LoadOrCall(int register, int displacement, AccessWidth width, bool signed, bool wide, MethodInfo load, Action set)
    {
        if (_baseline is not null)
        {
            LoadAt(register, displacement, width, signed, wide);
            set();
            return;
        }
        Settle(register);
        var address = AddressAt(register, displacement);
        var done = IL.DefineLabel();
        _memory.EmitLoadAddress(this, address, width, AtColdEnd(() =>
        {
            var value = NewScratch();
            PushCall(address);
            IL.Emit(OpCodes.Ldc_I4, (int)width);
            IL.Emit(OpCodes.Ldloca, value);
            IL.Emit(OpCodes.Call, load);
            InterpretUnlessDone();
            IL.Emit(OpCodes.Ldloc, value);
            Narrow(width, signed, wide);
            set();
            EndCall(done);
        }));
        Read(width, signed, wide);
        set();
        IL.MarkLabel(done);
    }

    /// <summary>As <see cref="StoreAt"/>, to what may be a device.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="displacement">What is added to it.</param>
    /// <param name="width">How much.</param>
    /// <param name="pushValue">Pushes the value.</param>
    /// <param name="store"><c>DeviceOutcome (nint state, long address, long value, int sizeBytes)</c>.</param>
    public void StoreOrCall(int register, int displacement, AccessWidth width, Action pushValue, MethodInfo store)
    {
        if (_baseline is not null)
        {
            StoreAt(register, displacement, width, pushValue);
            return;
        }
        Settle(register);
        var address = AddressAt(register, displacement);
        var value = IL.DeclareLocal(width == AccessWidth.Double ? typeof(long) : typeof(int));
        var done = IL.DefineLabel();
        pushValue();
        IL.Emit(OpCodes.Stloc, value);
        _memory.EmitStoreAddress(this, address, width, AtColdEnd(() =>
        {
            PushCall(address);
            IL.Emit(OpCodes.Ldloc, value);
            if (width != AccessWidth.Double) IL.Emit(OpCodes.Conv_U8);
            IL.Emit(OpCodes.Ldc_I4, (int)width);
            IL.Emit(OpCodes.Call, store);
            InterpretUnlessDone();
            EndCall(done);
        }));
        IL.Emit(OpCodes.Ldloc, value);
        Write(width);
        IL.MarkLabel(done);
    }

    // What others may look at is made exact; then the first two arguments.
    private void PushCall(AccessAddress address)
    {
        Constant((long)Address);
        IL.Emit(OpCodes.Stloc, _exitPc);
        StoreState(_layout.ProgramCounter, _exitPc);
        if (_budget is not null)
        {
            StateField(_layout.Budget);
            IL.Emit(OpCodes.Ldloc, _budget);
            Constant(_notYetExecuted);
            IL.Emit(OpCodes.Add);
            IL.Emit(OpCodes.Stind_I8);
        }
        IL.Emit(OpCodes.Ldarg_1);
        address.Push(this);
    }

    private void InterpretUnlessDone()
    {
        IL.Emit(OpCodes.Stloc, _exitReason);
        IL.Emit(OpCodes.Ldloc, _exitReason);
        IL.Emit(OpCodes.Ldc_I4, (int)DeviceOutcome.Interpret);
        IL.Emit(OpCodes.Beq, InterpretLabel());
    }

    private void EndCall(Label done)
    {
        IL.Emit(OpCodes.Ldloc, _exitReason);
        IL.Emit(OpCodes.Brfalse, done); // GoOn
        IL.Emit(OpCodes.Br, Exit(NextAddress, RegionExit.Attention, _notYetExecuted - 1));
    }

    // The low bytes of an int64 as a load gives them.
    private void Narrow(AccessWidth width, bool signed, bool wide)
    {
        if (width == AccessWidth.Double) return;
        IL.Emit((width, signed) switch
        {
            (AccessWidth.Byte, true) => OpCodes.Conv_I1,
            (AccessWidth.Byte, false) => OpCodes.Conv_U1,
            (AccessWidth.Half, true) => OpCodes.Conv_I2,
            (AccessWidth.Half, false) => OpCodes.Conv_U2,
            _ => OpCodes.Conv_I4,
        });
        if (wide) IL.Emit(signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
    }
}
